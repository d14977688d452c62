/** Where the map looks: all grids at first, then what is chosen. Motion is left out where people asked for less. */
import { effect } from '@preact/signals';
import type { FilterSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Geometry } from 'geojson';
import { chosenGrid, grids, track } from '../data';
import { boundsOf, type Bounds } from '../geometry';
import { ready } from '../resource';
import { day, focusInterval, workerCode } from '../state';
import { runsDuring, runsOf } from '../track';

/** Go to all grids. */
export function showAllGrids(map: MapLibre, motion: Motion = 'glide'): void {
  const collection = ready(grids.state.peek());
  if (collection) goTo(map, boundsOf(collection.features.map(({ geometry }) => geometry.coordinates)), motion);
}

/** How to get there: the first view is simply there. */
type Motion = 'glide' | 'jump';

/**
 * Follow what is chosen.
 *
 * `opened` says that the address bar held a view: it then stays until the first choice made by hand.
 */
export function followChoices(map: MapLibre, opened: boolean): (() => void)[] {
  let held = opened;
  let motion: Motion = 'jump';
  const chosenFirst = workerCode.peek();
  const dayFirst = day.peek();
  const go = (bounds: Bounds | null): void => {
    if (!held) goTo(map, bounds, motion);
    motion = 'glide';
  };
  return [
    effect(() => {
      if (workerCode.value !== chosenFirst || day.value !== dayFirst) held = false;
    }),
    effect(() => {
      if (grids.state.value.status === 'ready' && !chosenGrid.peek() && !held) showAllGrids(map, 'jump');
    }),
    effect(() => {
      const grid = chosenGrid.value;
      if (grid) go(boundsOf(grid.geometry.coordinates));
    }),
    effect(() => {
      const shown = ready(track.state.value);
      if (shown && shown.features.length > 0) go(boundsOf([...runsOf(shown), ...gridNow()].map(coordinatesOf)));
    }),
    effect(() => followFocus(map)),
  ];
}

function gridNow(): { geometry: Geometry }[] {
  const grid = chosenGrid.peek();
  return grid ? [grid] : [];
}

function coordinatesOf({ geometry }: { geometry: Geometry }): never[] {
  return ('coordinates' in geometry ? geometry.coordinates : []) as never[];
}

/** Go to a stretch of the day and underline its runs. */
function followFocus(map: MapLibre): void {
  const interval = focusInterval.value;
  const shown = ready(track.state.value);
  const none: FilterSpecification = ['==', ['get', 'start'], ''];
  if (!interval || !shown) {
    map.setFilter('track-focus', none);
    return;
  }
  const during = runsDuring(runsOf(shown), interval.start, interval.end);
  const starts = during.map(({ properties: run }) => run.start);
  map.setFilter('track-focus', ['in', ['get', 'start'], ['literal', starts]]);
  goTo(map, boundsOf(during.map(coordinatesOf)));
}

function goTo(map: MapLibre, bounds: Bounds | null, motion: Motion = 'glide'): void {
  if (!bounds) return;
  // On a large map the legend is open and takes the top.
  const room = { top: 118, right: 64, bottom: 40, left: 40 };
  const large = map.getContainer().clientWidth > 500 && map.getContainer().clientHeight > 500;
  map.fitBounds(bounds, { padding: large ? room : 28, maxZoom: 17.5, duration: motion === 'jump' ? 0 : 700 });
}
