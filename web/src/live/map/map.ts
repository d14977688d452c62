/** The live map: made once, then kept in step with the signals. Loaded after the shell, for its size. */
import { effect } from '@preact/signals';
import { GeoJSONSource, type Map as MapLibre } from 'maplibre-gl';
import type { Bounds } from '../../geometry';
import { theme } from '../../look';
import { Camera } from '../../map/camera';
import { heldNow } from '../../map/keep';
import { newMap, type CreateMap } from '../../map/new-map';
import { ready } from '../../resource';
import { nextBox } from '../box';
import { allBounds, areas, gridPlaces } from '../data';
import { box, community, goal, view, viewBounds } from '../state';
import { SEEN_COLOUR } from './colours';
import { cellClasses, gridClasses, hasBorders, pointClasses, sources } from './data';
import { hatch } from './hatch';
import { BORDERS, GRID_TILES, neverImage, styleOf } from './layers';
import { followPointer } from './pointer';
import { recolouring } from './recolour';
import { atMostEach } from './paced';

const NEAREST = 16;
const EACH_MS = 1000;

export const createMap: CreateMap = (container, label, onTrouble) => {
  const isHeld = view.peek() !== null;
  // Signs move with each piece of news: to fade them in would draw a third of each second.
  const map = newMap(container, label, onTrouble, styleOf(theme.peek(), heldNow(sources)), view, {}, { fadeDuration: 0 });
  const camera = new Camera(map);
  const undo: (() => void)[] = [];
  for (const look of ['light', 'dark'] as const) {
    map.once('style.load', () => map.addImage(neverImage(look), hatch(SEEN_COLOUR[look].never), { pixelRatio: 2 }));
  }
  map.once('style.load', () => {
    followPointer(map);
    undo.push(...followData(map), followBox(map), ...followChoices(map, camera, isHeld));
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll: () => camera.showBox(allBounds.peek()),
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
};

/** Put new data into the sources and new colours on what is there; redraw in another theme. */
function followData(map: MapLibre): (() => void)[] {
  const [grids, points, cells] = [recolouring(map, GRID_TILES, GRID_TILES), recolouring(map, 'grid-points'), recolouring(map, 'cells')];
  let drawn = theme.peek();
  return [
    ...Object.entries(sources).map(([name, data]) => {
      const put = atMostEach(EACH_MS, (collection: typeof data.value) => {
        const source = map.getSource(name);
        if (source instanceof GeoJSONSource) void source.setData(collection);
      });
      return effect(() => put(data.value));
    }),
    effect(() => grids.to(gridClasses.value)),
    effect(() => points.to(pointClasses.value)),
    effect(() => cells.to(cellClasses.value)),
    effect(() => {
      if (theme.value === drawn) return;
      drawn = theme.value;
      map.setStyle(styleOf(drawn, heldNow(sources)));
      for (const colours of [grids, points, cells]) colours.again();
      showBorders(map, hasBorders.peek());
    }),
    effect(() => showBorders(map, hasBorders.value)),
    followDivision(map),
  ];
}

/** Ask for outlines again once other places of grids are known: a division was published meanwhile. */
function followDivision(map: MapLibre): () => void {
  let drawn = gridPlaces.peek();
  return effect(() => {
    const places = gridPlaces.value;
    if (drawn.size > 0 && places.size > 0) map.refreshTiles(GRID_TILES);
    drawn = places;
  });
}

function showBorders(map: MapLibre, isShown: boolean): void {
  map.setLayoutProperty(BORDERS, 'visibility', isShown ? 'visible' : 'none');
}

/** Say what is in view, and ask for positions around it from near only. */
function followBox(map: MapLibre): () => void {
  const tell = (): void => {
    const { _sw: low, _ne: high } = map.getBounds();
    const bounds: Bounds = [low.lng, low.lat, high.lng, high.lat];
    viewBounds.value = bounds;
    box.value = nextBox(box.peek(), bounds, map.getZoom());
  };
  let timer = 0;
  const later = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(tell, 300);
  };
  map.on('moveend', later);
  map.on('resize', later);
  later();
  return () => clearTimeout(timer);
}

/** Go to what is chosen: at first to all grids, unless the address bar says where. */
function followChoices(map: MapLibre, camera: Camera, isHeld: boolean): (() => void)[] {
  let held = isHeld;
  let area = isHeld ? community.peek() : null;
  return [
    effect(() => {
      const all = allBounds.value;
      if (held || all === null) return;
      held = true;
      if (community.peek() === null) camera.showBox(all, 'jump');
    }),
    effect(() => {
      const code = community.value;
      const all = ready(areas.state.value)?.features;
      if (code === area || !all) return;
      const isFirst = area === null && !held;
      area = code;
      const motion = isFirst ? 'jump' : 'glide';
      if (code === null) camera.showBox(allBounds.peek(), motion);
      else camera.show(all.filter((one) => one.properties.code === code), motion);
    }),
    effect(() => {
      const wanted = goal.value;
      if (!wanted) return;
      if ('point' in wanted) map.easeTo({ center: wanted.point, zoom: Math.max(map.getZoom(), NEAREST), duration: 600 });
      else camera.showBox(gridPlaces.peek().get(wanted.grid)?.bbox ?? null);
    }),
  ];
}
