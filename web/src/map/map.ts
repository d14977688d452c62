/** The map itself: made once, then kept in step with the signals. Loaded after the shell, for its size. */
import 'maplibre-gl/dist/maplibre-gl.css';
import { effect } from '@preact/signals';
import { GeoJSONSource, Map as MapLibre, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { FeatureCollection } from 'geojson';
import { chosenGrid } from '../data';
import { theme, view } from '../state';
import { mapData } from './data';
import { followPointer } from './hover';
import { pickGrid } from './pick';
import { followChoices, showAllGrids } from './camera';
import { styleOf, type DataSource, type MapData } from './style';

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
  map.on('error', onTrouble);
  map.on('moveend', () => {
    const { lng, lat } = map.getCenter();
    view.value = { lon: lng, lat, zoom: map.getZoom() };
  });
  // Says to assistive technology, and to tests, whether the map still changes.
  for (const event of ['movestart', 'dataloading'] as const) map.on(event, () => (container.ariaBusy = 'true'));
  map.on('idle', () => (container.ariaBusy = 'false'));
  const undo: (() => void)[] = [];
  map.once('style.load', () => {
    followPointer(map, pickGrid);
    undo.push(...followData(map), followSelection(map), followTheme(map), ...followChoices(map, opened !== null));
  });
  return {
    zoomBy: (steps) => map.zoomTo(map.getZoom() + steps),
    showAll: () => showAllGrids(map),
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
}

function currentData(): MapData {
  const entries = Object.entries(mapData).map(([name, data]) => [name, data.peek()]);
  return Object.fromEntries(entries) as Record<DataSource, FeatureCollection>;
}

function followData(map: MapLibre): (() => void)[] {
  return Object.entries(mapData).map(([name, data]) =>
    effect(() => {
      const collection = data.value;
      const source = map.getSource(name);
      if (source instanceof GeoJSONSource) void source.setData(collection);
    }),
  );
}

function followSelection(map: MapLibre): () => void {
  return effect(() => {
    const code = chosenGrid.value?.properties.code;
    map.removeFeatureState({ source: 'grids' });
    if (code) map.setFeatureState({ source: 'grids', id: code }, { selected: true });
  });
}

function followTheme(map: MapLibre): () => void {
  let drawn = theme.peek();
  return effect(() => {
    if (theme.value === drawn) return;
    drawn = theme.value;
    map.setStyle(styleOf(drawn, currentData(), location.origin));
  });
}
