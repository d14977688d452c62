/** What the page shows of now, out of the stream and of what the map is made of. */
import { computed } from '@preact/signals';
import { namedZone, zone } from '../about';
import { fetchAreas, fetchGrids } from '../api/client';
import type { LiveAlert, LiveGrid, LiveWorker } from '../api/types';
import type { GridFeature } from '../api/shapes';
import { fullDay, midnightOf } from '../format';
import { boundsOf, type Bounds } from '../geometry';
import { ready, resource } from '../resource';
import { may, me } from '../session';
import { NEAR_ZOOM } from './box';
import { alerts, liveGrids, now, workers } from './feed';
import { isOpen, queueOf } from './queue';
import { community, view, viewBounds, which, workerCode } from './state';
import { countStates, totalsOf } from './totals';

export const areas = resource(() => (may('see_live') ? fetchAreas : null));
export const grids = resource(() => (may('see_live') ? (abort) => fetchGrids(null, abort) : null));

export const gridFeatures = computed<ReadonlyMap<string, GridFeature>>(
  () => new Map((ready(grids.state.value)?.features ?? []).map((grid) => [grid.properties.code, grid])),
);

/** The name of a grid; its code where the name is not known. */
export function gridName(code: string | null): string {
  return code === null ? '' : (gridFeatures.value.get(code)?.properties.name ?? code);
}

/** The name of the area that was chosen; `null`: all within sight. */
export const chosenArea = computed(() => {
  const code = community.value;
  if (code === null) return null;
  const found = ready(areas.state.value)?.features.find(({ properties }) => properties.code === code);
  return found?.properties.name ?? code;
});

const outlines = computed(
  () => new Map([...gridFeatures.value].map(([code, { geometry }]) => [code, boundsOf(geometry.coordinates as never[])])),
);

function meets(one: Bounds, other: Bounds): boolean {
  return one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
}

/** Whether the figures are of what the map shows, and not of all. */
export const isOfView = computed(() => community.value === null && (view.value?.zoom ?? 0) >= NEAR_ZOOM);

const countedGrids = computed<LiveGrid[]>(() => {
  const all = [...liveGrids.value.values()];
  const bounds = isOfView.value ? viewBounds.value : null;
  if (!bounds) return all;
  return all.filter(({ code }) => {
    const outline = outlines.value.get(code);
    return outline && meets(outline, bounds);
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
