/** What the pointer does: a card beside it; a click chooses a worker or an alert, or goes nearer to a grid. */
import { Popup, type Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent } from 'maplibre-gl';
import { cardElement, type Card } from '../../map/card';
import { alertCard, gridCard, workerCard } from '../cards';
import { alerts, liveGrids, workers } from '../feed';
import { alertId, chooseWorker, goal, showTab } from '../state';
import { ALERTS, GRIDS, POINTS, WORKERS } from './layers';

/** Listen to the pointer. */
export function followPointer(map: MapLibre): void {
  const popup = new Popup({ closeButton: false, closeOnClick: false, className: 'card', maxWidth: '280px', offset: 12 });
  map.on('mousemove', (event) => {
    const found = under(map, event);
    const card = found && cardOf(found);
    map.getCanvas().style.cursor = found ? 'pointer' : '';
    if (card) popup.setLngLat(event.lngLat).setDOMContent(cardElement(card)).addTo(map);
    else popup.remove();
  });
  map.on('mouseout', () => popup.remove());
  map.on('click', (event) => {
    const found = under(map, event);
    if (found) choose(found);
  });
}

function under(map: MapLibre, { point: { x, y } }: MapMouseEvent): MapGeoJSONFeature | undefined {
  // A finger is wider than a sign.
  const near: [[number, number], [number, number]] = [[x - 6, y - 6], [x + 6, y + 6]];
  const [sign] = map.queryRenderedFeatures(near, { layers: [WORKERS, ALERTS] });
  return sign ?? map.queryRenderedFeatures([x, y], { layers: [GRIDS, POINTS] })[0];
}

function cardOf({ layer, properties }: MapGeoJSONFeature): Card | null {
  if (layer.id === WORKERS) return workerCard(workers.peek().get(properties['code'] as string));
  if (layer.id === ALERTS) return alertCard(alerts.peek().get(properties['id'] as number));
  return gridCard(liveGrids.peek().get(properties['code'] as string));
}

function choose({ layer, properties }: MapGeoJSONFeature): void {
  if (layer.id === WORKERS) chooseWorker(properties['code'] as string);
  else if (layer.id === ALERTS) {
    alertId.value = properties['id'] as number;
    showTab('alerts');
  } else goal.value = { grid: properties['code'] as string };
}
