/** Keeps the map in step with what is chosen: data, theme, the outlined grid, the view. */
import { computed, effect } from '@preact/signals';
import { GeoJSONSource, type Map as MapLibre } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import { chosenGrid, shownGrids, track } from '../data';
import { ready } from '../../resource';
import { chosenSpans, chunks, replay, subjects } from '../replay/replay';
import { chosen, day, theme, workerCode } from '../state';
import type { Camera, Motion } from '../../map/camera';
import { mapData } from './data';
import { linesDuring } from './lines';
import { workerNow } from './play';
import { styleOf, type DataSource, type MapData } from './style';

type Stop = () => void;

/** What the sources hold now. */
export function currentData(): MapData {
  const entries = Object.entries(mapData).map(([name, data]) => [name, data.peek()]);
  return { ...(Object.fromEntries(entries) as Record<DataSource, FeatureCollection>), replay: workerNow() };
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
  });
}

/** Outline the chosen grid. */
export function followMarks(map: MapLibre): Stop {
  return effect(() => {
    const code = chosenGrid.value?.properties.code;
    map.removeFeatureState({ source: 'grids' });
    if (code) map.setFeatureState({ source: 'grids', id: code }, { selected: true });
  });
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
      show([...(shown ? chunks.peek() : []), ...(grid ? [grid] : [])]);
    }),
    followChosen(camera, opened),
  ];
}

/** Go to what is chosen each time it is; a link that holds a view stays there. */
function followChosen(camera: Camera, opened: boolean): Stop {
  let shown = opened ? chosen.peek() : null;
  return effect(() => {
    const [asked, walked] = [chosen.value, replay.value];
    if (!asked || !walked || asked === shown) return;
    const lines = linesDuring(walked.path, chosenSpans.value).features;
    // The intervals of a rule come with the verdicts, after the track.
    if (lines.length === 0 && subjects.value.length === 0) return;
    shown = asked;
    camera.show(lines.length > 0 ? lines : walked.chunks);
  });
}
