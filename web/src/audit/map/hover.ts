/** What happens under the pointer: a card for points, the track and grids, a tint and a hand over grids. */
import { Popup, type Map as MapLibre, type MapGeoJSONFeature, type MapMouseEvent } from 'maplibre-gl';
import type { FlaggedFix, Grid, Report } from '../../api/shapes';
import type { Chunk } from '../replay/chunks';
import { nearestMoment } from '../replay/path';
import { replay, seek } from '../replay/replay';
import { workerCode } from '../state';
import { cardElement } from '../../map/card';
import { fixCard, gridCard, momentCard, reportCard } from './cards';
import { WAYS } from './path';

const POINTS = ['fixes', 'incident', 'hazard'];

/** Show cards and tint grids while the pointer moves; a click seeks on the track, or calls `pick` with the grid. */
export function followPointer(map: MapLibre, pick: (grid: Grid) => void): void {
  const popup = new Popup({ closeButton: false, closeOnClick: false, className: 'card', maxWidth: '280px', offset: 12 });
  let tinted: string | null = null;

  const tint = (code: string | null): void => {
    if (code === tinted) return;
    if (tinted !== null) map.setFeatureState({ source: 'grids', id: tinted }, { hover: false });
    if (code !== null) map.setFeatureState({ source: 'grids', id: code }, { hover: true });
    tinted = code;
  };

  const look = (event: MapMouseEvent): MapGeoJSONFeature | undefined => {
    const found = topmost(map, event);
    const content = found && contentOf(found, event);
    if (content) popup.setLngLat(event.lngLat).setDOMContent(content).addTo(map);
    else popup.remove();
    return found;
  };

  map.on('mousemove', (event) => {
    const found = look(event);
    tint(found?.layer.id === 'grid-fill' ? (found.properties as Grid).code : null);
    map.getCanvas().style.cursor = found ? 'pointer' : '';
  });
  map.on('mouseout', () => {
    popup.remove();
    tint(null);
  });
  map.on('click', (event) => {
    const found = look(event);
    if (found?.layer.id === 'grid-fill') pick(found.properties as Grid);
    const ms = found && WAYS.includes(found.layer.id) ? momentUnder(found, event) : null;
    if (ms !== null) seek(ms);
  });
}

function topmost(map: MapLibre, { point: { x, y } }: MapMouseEvent): MapGeoJSONFeature | undefined {
  // A finger is wider than a fix.
  const near: [[number, number], [number, number]] = [[x - 5, y - 5], [x + 5, y + 5]];
  const [onPoint] = map.queryRenderedFeatures(near, { layers: POINTS });
  const [onTrack] = onPoint ? [] : map.queryRenderedFeatures(near, { layers: [...WAYS] });
  return onPoint ?? onTrack ?? map.queryRenderedFeatures([x, y], { layers: ['grid-fill'] })[0];
}

function contentOf(found: MapGeoJSONFeature, event: MapMouseEvent): HTMLElement | null {
  const { layer, properties } = found;
  if (layer.id === 'fixes') return cardElement(fixCard(asFix(properties)));
  if (WAYS.includes(layer.id)) {
    const [shown, ms] = [replay.peek(), momentUnder(found, event)];
    return shown && ms !== null ? cardElement(momentCard(shown.path, ms)) : null;
  }
  if (layer.id !== 'grid-fill') return cardElement(reportCard(properties as Report));
  // While a track is read, a card that follows the pointer over every grid is in the way.
  return workerCode.value ? null : cardElement(gridCard(properties as Grid));
}

/** When the worker was at the place of the track that the pointer is at. */
function momentUnder({ properties }: MapGeoJSONFeature, { lngLat }: MapMouseEvent): number | null {
  const { first, last } = properties as Chunk;
  const path = replay.peek()?.path;
  return path ? nearestMoment(path, [lngLat.lng, lngLat.lat], first, last) : null;
}

/** Lists come back from the map's workers as JSON text. */
function asFix(properties: MapGeoJSONFeature['properties']): FlaggedFix {
  const flags: unknown = properties['flags'];
  return { ...(properties as FlaggedFix), flags: typeof flags === 'string' ? JSON.parse(flags) : flags } as FlaggedFix;
}
