/** What the page asks for, following what is chosen; only what is shown is asked for. */
import { computed } from '@preact/signals';
import { fetchAreas, fetchGridNames } from '../api/client';
import {
  fetchAppointments,
  fetchCounters,
  fetchCoverage,
  fetchDue,
  fetchKeyPlaces,
  fetchVisits,
  type Days,
  type DueQuery,
} from '../api/visits';
import { lastReady, ready, resource } from '../resource';
import { may } from '../session';
import { from, grid, order, period, state, tab, to, visitClass } from './state';

export { zone } from '../about';

const sees = (): boolean => may('see_visits');

/** As many as the program gives at once. */
export const ALL = 10_000;

export const areas = resource(() => (sees() && may('see_map') ? fetchAreas : null));
export const shownAreas = lastReady(areas);
export const grids = resource(() => (sees() && may('see_map') ? fetchGridNames : null));
export const shownGrids = lastReady(grids);

const names = computed(
  () => new Map((shownGrids.value?.features ?? []).map(({ properties }) => [properties.code, properties.name])),
);

/** Return the name of a grid; its code until the name is known. */
export function gridName(code: string): string {
  return names.value.get(code) ?? code;
}

/** What the list of due visits is asked by. */
export const dueQuery = computed<DueQuery>(() => ({
  ...(grid.value && { grid: grid.value }),
  ...(visitClass.value && { class: visitClass.value }),
  ...(state.value === 'all' ? { all: true } : state.value && { state: state.value }),
  // The first of another order stand anywhere in the program's.
  ...(order.value && { limit: ALL }),
}));

export const due = resource(() => {
  const query = dueQuery.value;
  return sees() && tab.value === 'due' ? (abort) => fetchDue(query, abort) : null;
});
export const shownDue = lastReady(due);

/** The grids in sight and their classes: as the last whole answer told them. */
const everyGrid = resource(() => (sees() ? (abort) => fetchDue({ limit: 1 }, abort) : null));
export const overview = lastReady(everyGrid);

/** The days that are chosen, and the grid. */
export const days = computed<Days>(() => ({
  ...(from.value && { from: from.value }),
  ...(to.value && { to: to.value }),
  ...(grid.value && { grid: grid.value }),
}));

export const made = resource(() => {
  const query = days.value;
  return sees() && tab.value === 'made' ? (abort) => fetchVisits(query, abort) : null;
});

export const appointments = resource(() => {
  const query = tab.value === 'appointments' ? days.value : { ...(grid.value && { grid: grid.value }) };
  const isShown = tab.value === 'appointments' || (tab.value === 'due' && may('report_visits'));
  return sees() && isShown ? (abort) => fetchAppointments(query, abort) : null;
});

export const coverage = resource(() => {
  const query = { ...(period.value && { period: period.value }), ...(grid.value && { grid: grid.value }) };
  return sees() && tab.value === 'coverage' ? (abort) => fetchCoverage(query, abort) : null;
});

/** What is only counted, in the quarter that is shown. */
export const counters = resource(() => {
  const shown = ready(coverage.state.value);
  if (!shown) return null;
  const query = { from: shown.first, to: shown.last, ...(grid.value && { grid: grid.value }) };
  return (abort) => fetchCounters(query, abort);
});

export const places = resource(() => {
  const query = days.value;
  return sees() && tab.value === 'places' ? (abort) => fetchKeyPlaces(query, abort) : null;
});

/** The last day on which any target was visited: where to look when a week is empty. */
export const lastVisit = resource(() => {
  const listed: Record<string, number | undefined> = {
    made: ready(made.state.value)?.visits.length,
    appointments: ready(appointments.state.value)?.appointments.length,
    places: ready(places.state.value)?.places.length,
  };
  const empty = listed[tab.value] === 0;
  const query = { all: true, limit: ALL, ...(grid.value && { grid: grid.value }) };
  if (!empty) return null;
  return async (abort) => {
    const { due: all } = await fetchDue(query, abort);
    return all.reduce<string | null>((last, { last_visit: day }) => (day && (!last || day > last) ? day : last), null);
  };
});

/** After a change: ask again for what it may have changed. */
export function reloadVisits(): void {
  for (const one of [due, everyGrid, made, appointments, coverage]) one.reload();
}
