/** What the page asks for, following what is chosen. */
import { computed } from '@preact/signals';
import { fetchAbout, fetchAreas, fetchDays, fetchGrids, fetchReports, fetchTrack, fetchWorkers } from './api/client';
import type { Worker } from './api/types';
import { fortnightEnding, fortnightFrom, type Fortnight } from './fortnight';
import { ready, resource } from './resource';
import { day, gridCode, pointLayers, workerCode } from './state';

export const about = resource(() => fetchAbout);
export const areas = resource(() => fetchAreas);
export const grids = resource(() => fetchGrids);
export const workers = resource(() => fetchWorkers);

/** The zone of shown times; the page shows none before the program has named it. */
export const zone = computed(() => ready(about.state.value)?.timezone ?? 'UTC');

export const chosenWorker = computed<Worker | null>(() => {
  const code = workerCode.value;
  return ready(workers.state.value)?.workers.find((worker) => worker.code === code) ?? null;
});

export const chosenGrid = computed(() => {
  const code = gridCode.value ?? chosenWorker.value?.grid_code ?? null;
  return ready(grids.state.value)?.features.find(({ properties }) => properties.code === code) ?? null;
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

export const track = resource(() => {
  const code = workerCode.value;
  const date = day.value;
  return code && date ? (abort) => fetchTrack(code, date, abort) : null;
});

export const incidents = resource(() =>
  pointLayers.value.includes('incident') ? (abort) => fetchReports('incident', abort) : null,
);

export const hazards = resource(() =>
  pointLayers.value.includes('hazard') ? (abort) => fetchReports('hazard', abort) : null,
);
