/** Keeps the map in step with what is chosen: data, theme, the outlined grid, the view. */
import { computed, effect } from '@preact/signals';
import { GeoJSONSource, type Map as MapLibre } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import { chosenGrid, shownGrids, track } from '../data';
import { ready } from '../../resource';
import { day, focusInterval, theme, workerCode } from '../state';
import { runsDuring, runsOf, type RunFeature } from '../track';
import type { Camera, Motion } from '../../map/camera';
import { mapData } from './data';
import { styleOf, type DataSource, type MapData } from './style';

type Stop = () => void;

/** What the sources hold now. */
export function currentData(): MapData {
  const entries = Object.entries(mapData).map(([name, data]) => [name, data.peek()]);
  return Object.fromEntries(entries) as Record<DataSource, FeatureCollection>;
}

/** Put new data into the sources. */
export function followData(map: MapLibre): Stop[] {
  return Object.entries(mapData).map(([name, data]) =>
    effect(() => {
      const collection = data.value;
      const source = map.getSource(name);
      if (source instanceof GeoJSONSource) void source.setData(collection);
    }),
  );
}

/** Redraw in another theme. */
export function followTheme(map: MapLibre): Stop {
  let drawn = theme.peek();
  return effect(() => {
    if (theme.value === drawn) return;
    drawn = theme.value;
    map.setStyle(styleOf(drawn, currentData(), location.origin));
    underline(map);
  });
}

/** Outline the chosen grid and underline the stretch of track that is asked for. */
export function followMarks(map: MapLibre): Stop[] {
  return [
    effect(() => {
      const code = chosenGrid.value?.properties.code;
      map.removeFeatureState({ source: 'grids' });
      if (code) map.setFeatureState({ source: 'grids', id: code }, { selected: true });
    }),
    effect(() => underline(map)),
  ];
}

function underline(map: MapLibre): void {
  const starts = focusedRuns().map(({ properties: run }) => run.start);
  map.setFilter('track-focus', ['in', ['get', 'start'], ['literal', starts]]);
}

function focusedRuns(): RunFeature[] {
  const interval = focusInterval.value;
  const shown = ready(track.state.value);
  return interval && shown ? runsDuring(runsOf(shown), interval.start, interval.end) : [];
}

/** Bring all grids into view. */
export function showAllGrids(camera: Camera, motion?: Motion): void {
  camera.show(shownGrids.peek()?.features ?? [], motion);
}

/**
 * Look at what is chosen.
 *
 * `opened` says that the address bar held a view: it then stays until the first choice made by hand.
 */
export function followChoices(camera: Camera, opened: boolean): Stop[] {
  let held = opened;
  let motion: Motion = 'jump';
  const [firstWorker, firstDay] = [workerCode.peek(), day.peek()];
  const show = (features: Parameters<Camera['show']>[0]): void => {
    if (held || features.length === 0) return;
    camera.show(features, motion);
    motion = 'glide';
  };
  // The same boundaries come again with each day; only another one is a reason to move.
  const anyGrid = computed(() => (shownGrids.value?.features.length ?? 0) > 0);
  const boundary = computed(() => chosenGrid.value?.properties.id);
  return [
    effect(() => {
      if (workerCode.value !== firstWorker || day.value !== firstDay) held = false;
    }),
    effect(() => {
      if (anyGrid.value && !chosenGrid.peek()) show(shownGrids.peek()?.features ?? []);
    }),
    effect(() => {
      boundary.value;
      const loaded = track.state.value;
      if (loaded.status === 'loading') return;
      const shown = ready(loaded);
      const grid = chosenGrid.peek();
      show([...(shown ? runsOf(shown) : []), ...(grid ? [grid] : [])]);
    }),
    effect(() => camera.show(focusedRuns())),
  ];
}
