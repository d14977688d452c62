/** What the page shows of now, out of the stream and of what the map is made of. */
import { computed } from '@preact/signals';
import { namedZone, zone } from '../about';
import { fetchAreas } from '../api/client';
import { fetchGridPlaces } from '../api/live';
import type { LiveAlert, LiveGrid, LiveWorker } from '../api/types';
import type { GridPlace } from '../api/shapes';
import { fullDay, midnightOf } from '../format';
import { boundsOf, meets } from '../geometry';
import { lastReady, ready, resource } from '../resource';
import { may, me } from '../session';
import { NEAR_ZOOM } from './box';
import { alerts, liveGrids, now, turns, workers } from './feed';
import { isOpen, queueOf } from './queue';
import { community, view, viewBounds, which, workerCode } from './state';
import { countStates, totalsOf } from './totals';

export const areas = resource(() => (may('see_live') ? fetchAreas : null));
export const grids = resource(() => {
  turns.value;
  return may('see_live') ? fetchGridPlaces : null;
});
const lastPlaces = lastReady(grids);

export const gridPlaces = computed<ReadonlyMap<string, GridPlace>>(
  () => new Map((lastPlaces.value?.features ?? []).map((grid) => [grid.properties.code, grid])),
);

/** Of all grids; `null` without any. */
export const allBounds = computed(() => boundsOf([...gridPlaces.value.values()].map(({ bbox: [w, s, e, n] }) => [[w, s], [e, n]])));

/** The name of a grid; its code where the name is not known. */
export function gridName(code: string | null): string {
  return code === null ? '' : (gridPlaces.value.get(code)?.properties.name ?? code);
}

/** The name of the area that was chosen; `null`: all within sight. */
export const chosenArea = computed(() => {
  const code = community.value;
  if (code === null) return null;
  const found = ready(areas.state.value)?.features.find(({ properties }) => properties.code === code);
  return found?.properties.name ?? code;
});

/** Whether the figures are of what the map shows, and not of all. */
export const isOfView = computed(() => community.value === null && (view.value?.zoom ?? 0) >= NEAR_ZOOM);

const countedGrids = computed<LiveGrid[]>(() => {
  const all = [...liveGrids.value.values()];
  const bounds = isOfView.value ? viewBounds.value : null;
  if (!bounds) return all;
  return all.filter(({ code }) => {
    const place = gridPlaces.value.get(code);
    return place && meets(place.bbox, bounds);
  });
});

export const totals = computed(() => totalsOf(countedGrids.value));

const countedWorkers = computed<LiveWorker[]>(() => {
  const all = [...workers.value.values()];
  if (!isOfView.value) return all;
  const codes = new Set(countedGrids.value.map(({ code }) => code));
  return all.filter(({ grid }) => grid !== null && codes.has(grid));
});

export const stateCounts = computed(() => countStates(countedWorkers.value));

export const queue = computed<LiveAlert[]>(() => queueOf(alerts.value.values(), which.value, me.value?.name ?? null));
export const openAlerts = computed(() => [...alerts.value.values()].filter(isOpen));
export const chosenWorker = computed(() => {
  const code = workerCode.value;
  return code === null ? null : (workers.value.get(code) ?? null);
});

/** The local day, and when it began, epoch ms; `null` before the zone is known. */
export const today = computed(() => (namedZone.value ? fullDay(new Date(now.value).toISOString(), zone.value) : null));
export const midnight = computed(() => (today.value ? Date.parse(midnightOf(today.value, zone.value)) : null));

/** The time in steps of a quarter of a minute: classes of minutes need no finer one. */
export const slowNow = computed(() => Math.floor(now.value / 15_000) * 15_000);
