/** What is chosen of incidents. The address bar is its only store. */
import { batch, effect, signal } from '@preact/signals';
import { chosenTheme, lang } from '../look';
import type { View } from '../url';
import { NO_FILTERS, readIncidentPlace, writeIncidentPlace, type Filters, type Sort } from './url';

const first = readIncidentPlace(location.search);

export const filters = signal<Filters>(first.filters);
export const sort = signal<Sort>(first.sort);
export const incidentCode = signal<string | null>(first.incident);
export const view = signal<View | null>(first.view);

/** Where on the map somebody asked to report something. */
export const spot = signal<{ lon: number; lat: number } | null>(null);

/** Look at an incident, or at none. */
export function choose(code: string | null): void {
  if (code !== incidentCode.peek()) remember(() => (incidentCode.value = code));
}

/** Show less, or more; what is chosen stays. */
export function filterBy(changed: Partial<Filters>): void {
  remember(() => (filters.value = { ...filters.peek(), ...changed }));
}

/** Show all that is open. */
export function clearFilters(): void {
  remember(() => (filters.value = NO_FILTERS));
}

/** Order the list otherwise. */
export function sortBy(wanted: Sort): void {
  remember(() => (sort.value = wanted));
}

/** Make a choice that the browser's Back button undoes. */
function remember(act: () => void): void {
  history.pushState(null, '', location.href);
  batch(act);
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const query = writeIncidentPlace({
      filters: filters.value,
      sort: sort.value,
      incident: incidentCode.value,
      lang: lang.value,
      theme: chosenTheme.value,
      view: view.value,
    });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  addEventListener('popstate', () => {
    const place = readIncidentPlace(location.search);
    batch(() => {
      filters.value = place.filters;
      sort.value = place.sort;
      incidentCode.value = place.incident;
    });
  });
}
