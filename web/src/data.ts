/** What the page asks for, following what is chosen. */
import { computed } from '@preact/signals';
import { fetchAreas, fetchDays, fetchGrids, fetchReports, fetchTrack, fetchWorkers } from './api/client';
import type { Worker } from './api/types';
import { fortnightEnding, type Fortnight } from './fortnight';
import { ready, resource } from './resource';
import { day, gridCode, pointLayers, workerCode } from './state';

export const areas = resource(() => fetchAreas);
export const grids = resource(() => fetchGrids);
export const workers = resource(() => fetchWorkers);

export const chosenWorker = computed<Worker | null>(() => {
  const code = workerCode.value;
  return ready(workers.state.value)?.workers.find((worker) => worker.code === code) ?? null;
});

export const chosenGrid = computed(() => {
  const code = gridCode.value ?? chosenWorker.value?.grid_code ?? null;
  return ready(grids.state.value)?.features.find(({ properties }) => properties.code === code) ?? null;
});

/** The two weeks shown: those that hold the chosen day, else the last ones with a track. */
export const fortnight = computed<Fortnight | null>(() => {
  const worker = chosenWorker.value;
  return worker?.last_date ? fortnightEnding(worker.last_date, day.value) : null;
});

export const days = resource(() => {
  const code = chosenWorker.value?.code;
  const from = fortnight.value?.from;
  const to = fortnight.value?.to;
  return code && from && to ? (abort) => fetchDays(code, from, to, abort) : null;
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
