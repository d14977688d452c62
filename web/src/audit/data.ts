/** What the page asks for, following what is chosen; only what the caller may see is asked for. */
import { computed } from '@preact/signals';
import { namedZone } from '../about';
import {
  fetchAreas,
  fetchDays,
  fetchPeriods,
  fetchGrids,
  fetchReports,
  fetchRevisions,
  fetchTrack,
  fetchWorkers,
} from '../api/client';
import { fetchContests } from '../api/contests';
import { fetchLineage } from '../api/plan';
import type { Worker } from '../api/types';
import type { Grids } from '../api/shapes';
import { isoWeek, noonOf } from '../format';
import { fortnightEnding, fortnightFrom, type Fortnight } from './fortnight';
import { lastReady, ready, resource } from '../resource';
import { may } from '../session';
import { day, gridCode, pointLayers, workerCode } from './state';

export { about, zone } from '../about';

export const areas = resource(() => (may('see_map') ? fetchAreas : null));
export const workers = resource(() => (may('see_verdicts') ? fetchWorkers : null));

/** The day whose track is open. */
export const openDay = computed(() => (workerCode.value ? day.value : null));

/** The day at whose noon these boundaries were in force; `null`: they are in force now. */
export type DatedGrids = Grids & { day: string | null };

/**
 * The grids of the open day, by which it was judged, else those of now.
 *
 * A boundary is published from the beginning of a day, so all of a day has the boundaries of its noon. Where one
 * changed at another time, noon is amid the hours of work, and the legend names it. No day lacks a noon or has two.
 */
export const grids = resource<DatedGrids>(() => {
  if (!may('see_map')) return null;
  const date = openDay.value;
  if (!date) return async (abort) => ({ ...(await fetchGrids(null, abort)), day: null });
  const named = namedZone.value;
  return named ? async (abort) => ({ ...(await fetchGrids(noonOf(date, named), abort)), day: date }) : null;
});

/** The grids on the map, which does not blink while a day is changed for another. */
export const shownGrids = lastReady(grids);

export const chosenWorker = computed<Worker | null>(() => {
  const code = workerCode.value;
  return ready(workers.state.value)?.workers.find((worker) => worker.code === code) ?? null;
});

/** The chosen grid; on an open day the one that its worker had then, which another may have now. */
export const chosenGrid = computed(() => {
  const features = shownGrids.value?.features ?? [];
  const worker = openDay.value && workerCode.value;
  const walked = worker ? features.find(({ properties }) => properties.worker_code === worker) : undefined;
  const code = gridCode.value ?? chosenWorker.value?.grid_code;
  return walked ?? features.find(({ properties }) => properties.code === code) ?? null;
});

/** The Monday of the two weeks shown: those that hold the chosen day, else the last ones with a track. */
const firstMonday = computed<string | null>(() => {
  const last = chosenWorker.value?.last_date;
  return last ? fortnightEnding(last, day.value).from : null;
});

/** The same object for every day within it, so that choosing a day does not load the two weeks again. */
export const fortnight = computed<Fortnight | null>(() =>
  firstMonday.value ? fortnightFrom(firstMonday.value) : null,
);

export const days = resource(() => {
  const code = chosenWorker.value?.code;
  const shown = fortnight.value;
  return code && shown ? (abort) => fetchDays(code, shown.from, shown.to, abort) : null;
});

/** The months and quarters that the two weeks are in. */
export const periods = resource(() => {
  const code = chosenWorker.value?.code;
  const shown = fortnight.value;
  return code && shown ? (abort) => fetchPeriods(code, shown.from, shown.to, abort) : null;
});

export const track = resource(() => {
  const code = workerCode.value;
  const date = openDay.value;
  return code && date && may('see_tracks') ? (abort) => fetchTrack(code, date, abort) : null;
});

const week = computed(() => (openDay.value ? isoWeek(openDay.value) : null));

/** Every judging of the open day's week. */
export const revisions = resource(() => {
  const code = workerCode.value;
  const name = week.value;
  return code && name && may('see_verdicts') ? (abort) => fetchRevisions(code, name, abort) : null;
});

const MOST_CONTESTS = 200;

/** What the chosen worker objected to, the newest first. */
export const contests = resource(() => {
  const code = chosenWorker.value?.code;
  return code ? (abort) => fetchContests({ worker: code, limit: MOST_CONTESTS }, abort) : null;
});

/** The same; it stays while it is asked for again. */
export const shownContests = lastReady(contests);

/** What nobody has decided on yet, of everybody in sight. */
export const openContests = resource(() =>
  may('review_contests') ? (abort) => fetchContests({ state: 'open', limit: MOST_CONTESTS }, abort) : null,
);

/** Ask again after something became of a contest. */
export function reloadContests(): void {
  contests.reload();
  openContests.reload();
}

const walkedGrid = computed(() => (openDay.value && chosenGrid.value?.properties.code) || null);

/** All boundaries of the grid that is walked, with when each was in force. */
export const lineage = resource(() => {
  const code = walkedGrid.value;
  return code && may('see_map') ? (abort) => fetchLineage(code, abort) : null;
});

export const incidents = resource(() =>
  may('see_incidents') && pointLayers.value.includes('incident') ? (abort) => fetchReports('incident', abort) : null,
);

export const hazards = resource(() =>
  may('see_incidents') && pointLayers.value.includes('hazard') ? (abort) => fetchReports('hazard', abort) : null,
);
