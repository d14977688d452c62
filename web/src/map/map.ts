/** The map itself: made once, then kept in step with the signals. Loaded after the shell, for its size. */
import 'maplibre-gl/dist/maplibre-gl.css';
import { AJAXError, Map as MapLibre, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { leaveForSignIn } from '../session';
import { theme, view } from '../state';
import { Camera } from './camera';
import { currentData, followChoices, followData, followMarks, followTheme, showAllGrids } from './follow';
import { followPointer } from './hover';
import { pickGrid } from './pick';
import { styleOf } from './style';

setWorkerUrl(workerUrl);

export interface MapHandle {
  zoomBy(steps: number): void;
  showAll(): void;
  remove(): void;
}

/** Make the map in an element. `onTrouble` hears of base map tiles that could not be fetched. */
export function createMap(container: HTMLElement, label: string, onTrouble: () => void): MapHandle {
  const opened = view.peek();
  const map = new MapLibre({
    container,
    style: styleOf(theme.peek(), currentData(), location.origin),
    ...(opened && { center: [opened.lon, opened.lat], zoom: opened.zoom }),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 20,
    locale: { 'Map.Title': label },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl({}), 'bottom-right');
  map.on('error', (event) => {
    // Tiles do not go through the pages' own requests.
    if (event.error instanceof AJAXError && event.error.status === 401) leaveForSignIn();
    else if ('sourceId' in event) onTrouble();
    else console.error(event.error);
  });
  map.on('moveend', () => {
    const { lng, lat } = map.getCenter();
    view.value = { lon: lng, lat, zoom: map.getZoom() };
  });
  // Says to assistive technology, and to tests, whether the map still changes.
  for (const event of ['movestart', 'dataloading'] as const) map.on(event, () => (container.ariaBusy = 'true'));
  map.on('idle', () => (container.ariaBusy = 'false'));
  const camera = new Camera(map);
  const undo: (() => void)[] = [];
  map.once('style.load', () => {
    followPointer(map, pickGrid);
    undo.push(...followData(map), followTheme(map), ...followMarks(map), ...followChoices(camera, opened !== null));
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll: () => showAllGrids(camera),
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
}
