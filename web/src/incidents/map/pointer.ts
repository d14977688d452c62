/** What the pointer does: a card beside it, a click chooses or goes nearer, a long press asks to report there. */
import { GeoJSONSource, Popup, type Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent } from 'maplibre-gl';
import type { Point } from 'geojson';
import type { ListedIncident } from '../../api/shapes';
import { pick } from '../i18n';
import { cardElement } from '../../map/card';
import { choose, spot } from '../state';
import { categoryWords, dueBriefly, severityOf } from '../words';
import { CLUSTERS, POINTS } from './points';

/** Listen to the pointer. */
export function followPointer(map: MapLibre): void {
  const popup = new Popup({ closeButton: false, closeOnClick: false, className: 'card', maxWidth: '280px', offset: 12 });
  const look = (event: MapMouseEvent): void => {
    const found = under(map, event);
    map.getCanvas().style.cursor = found ? 'pointer' : '';
    if (found?.layer.id === POINTS) {
      popup.setLngLat(event.lngLat).setDOMContent(cardElement(cardOf(found.properties as ListedIncident))).addTo(map);
    } else popup.remove();
  };
  map.on('mousemove', look);
  map.on('mouseout', () => popup.remove());
  map.on('click', (event) => {
    spot.value = null;
    const found = under(map, event);
    if (found?.layer.id === POINTS) choose((found.properties as ListedIncident).code);
    else if (found) void goNearer(map, found);
  });
  map.on('contextmenu', ({ lngLat: { lng, lat } }) => (spot.value = { lon: lng, lat }));
}

function under(map: MapLibre, { point: { x, y } }: MapMouseEvent): MapGeoJSONFeature | undefined {
  // A finger is wider than a sign.
  return map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers: [POINTS, CLUSTERS] })[0];
}

async function goNearer(map: MapLibre, { properties, geometry }: MapGeoJSONFeature): Promise<void> {
  const source = map.getSource('incidents');
  if (!(source instanceof GeoJSONSource)) return;
  const zoom = await source.getClusterExpansionZoom(properties['cluster_id'] as number);
  map.easeTo({ center: (geometry as Point).coordinates as [number, number], zoom });
}

function cardOf(one: ListedIncident): { title: string; lines: string[] } {
  return {
    title: one.title,
    lines: [
      `${categoryWords(one)} · ${severityOf(one.severity)} · ${pick({ zh: one.state_zh, en: one.state_en })}`,
      dueBriefly(one, one.light === 'red'),
    ],
  };
}
