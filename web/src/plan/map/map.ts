/** The map of planning: made once, then kept in step with the signals. Loaded after the shell, for its size. */
import { computed, effect } from '@preact/signals';
import { GeoJSONSource, type Map as MapLibre } from 'maplibre-gl';
import { theme } from '../../look';
import { Camera } from '../../map/camera';
import { newMap, type CreateMap } from '../../map/new-map';
import { ready } from '../../resource';
import { areas, draft, grids } from '../draft';
import { swapped } from '../counts';
import { addsGrids, endSketch, picksGrids, tool } from '../hand';
import { picked } from '../moving';
import { choose, chosen, scenarioId, view } from '../state';
import { followBadges } from './badges';
import { currentData, mapData } from './data';
import { BorderHandles } from './handles';
import { followPicking } from './picking';
import { Sketcher } from './sketcher';
import { CHOSEN_LAYERS, isChosen, isOneOf, PICKED_LAYERS, styleOf } from './style';

type Stop = () => void;

export const createMap: CreateMap = (container, label, onTrouble) => {
  const opened = view.peek();
  const style = styleOf(theme.peek(), currentData(), chosen.peek(), location.origin);
  const map = newMap(container, label, onTrouble, style, view);
  const camera = new Camera(map);
  const stops: Stop[] = [];
  map.once('style.load', () => {
    stops.push(...followData(map), followTheme(map), followChosen(map), followDraft(camera, opened !== null));
    stops.push(new Sketcher(map).follow(), ...followBadges(map));
    stops.push(followPicked(map), followPicking(map), new BorderHandles(map).follow());
    followPointer(map);
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll: () => showAll(camera),
    remove: () => {
      for (const stop of stops) stop();
      map.remove();
    },
  };
};

/** Put new data into the sources. */
function followData(map: MapLibre): Stop[] {
  return Object.entries(mapData).map(([name, data]) =>
    effect(() => {
      const collection = data.value;
      const source = map.getSource(name);
      if (source instanceof GeoJSONSource) void source.setData(collection);
    }),
  );
}

/** Redraw in another theme; what is being sketched would lose its layers. */
function followTheme(map: MapLibre): Stop {
  let drawn = theme.peek();
  return effect(() => {
    if (theme.value === drawn) return;
    drawn = theme.value;
    endSketch();
    map.setStyle(styleOf(drawn, currentData(), chosen.peek(), location.origin));
  });
}

/** Outline the chosen grids. */
function followChosen(map: MapLibre): Stop {
  return effect(() => {
    const filter = isChosen(chosen.value);
    for (const layer of CHOSEN_LAYERS) map.setFilter(layer, filter);
  });
}

/** Show what is about to change hands. */
function followPicked(map: MapLibre): Stop {
  return effect(() => {
    const filter = isOneOf(tool.value === 'border' ? swapped.value : picked.value);
    for (const layer of PICKED_LAYERS) map.setFilter(layer, filter);
  });
}

/** Bring each draft into view that is opened, else all areas; a view out of the address bar stays. */
function followDraft(camera: Camera, held: boolean): Stop {
  const inHand = computed(() => (grids.value ? (draft.value?.id ?? null) : null));
  let first = true;
  return effect(() => {
    const [id, wanted, known] = [inHand.value, scenarioId.value, ready(areas.state.value)];
    if (id !== wanted || !known) return;
    if (!(first && held)) showAll(camera, first ? 'jump' : 'glide');
    first = false;
  });
}

function showAll(camera: Camera, motion: 'jump' | 'glide' = 'glide'): void {
  const community = draft.peek()?.community.code;
  const known = ready(areas.state.peek())?.features ?? [];
  const mine = known.filter(({ properties }) => (community ? properties.code === community : properties.kind === 'community'));
  camera.show(mine, motion);
}

/** Tint the grid under the pointer, and choose the one that is clicked. */
function followPointer(map: MapLibre): void {
  let tinted: number | null = null;
  const tint = (label: number | null): void => {
    if (label === tinted) return;
    if (tinted !== null) map.setFeatureState({ source: 'draft-grids', id: tinted }, { hover: false });
    if (label !== null) map.setFeatureState({ source: 'draft-grids', id: label }, { hover: true });
    tinted = label;
  };
  const under = ({ x, y }: { x: number; y: number }): number | null => {
    const [found] = map.queryRenderedFeatures([x, y], { layers: ['grid-fill'] });
    return found ? (found.properties['label'] as number) : null;
  };
  map.on('mousemove', ({ point }) => {
    const label = picksGrids() ? under(point) : null;
    tint(label);
    if (picksGrids()) map.getCanvas().style.cursor = label === null ? '' : 'pointer';
  });
  map.on('mouseout', () => tint(null));
  map.on('click', ({ point, originalEvent }) => {
    if (!picksGrids()) return;
    const label = under(point);
    const isMore = originalEvent.shiftKey || originalEvent.ctrlKey || originalEvent.metaKey || addsGrids();
    if (label !== null) choose(label, isMore);
    else if (!isMore) chosen.value = [];
  });
  // Shift and drag would zoom to a box, where shift and click chooses one more.
  map.boxZoom.disable();
}
