/** What the address bar holds of incidents: filters, order, the chosen one, view. */
import type { IncidentKind, IncidentQuery } from '../api/types';
import { queryText, readLook, readView, viewText, writeLook, type Look, type View } from '../url';

export const KINDS: readonly IncidentKind[] = ['incident', 'hazard', 'dispute', 'errand', 'information'];
export type Sort = 'urgency' | 'newest' | 'severity';
export const SORTS: readonly Sort[] = ['urgency', 'newest', 'severity'];

export interface Filters {
  kind: IncidentKind | null;
  /** Code of a category or of a group of them. */
  category: string | null;
  /** `open`, `closed`, `all`, or a state of a workflow. */
  state: string;
  overdue: boolean;
  grid: string | null;
  from: string | null;
  to: string | null;
  /** Only what has no position. */
  unplaced: boolean;
  /** Only what the worker who asks has reported. */
  mine: boolean;
  text: string;
}

export interface IncidentPlace extends Look {
  filters: Filters;
  sort: Sort;
  /** Code of the chosen incident. */
  incident: string | null;
  view: View | null;
}

export const NO_FILTERS: Filters = {
  kind: null,
  category: null,
  state: 'open',
  overdue: false,
  grid: null,
  from: null,
  to: null,
  unplaced: false,
  mine: false,
  text: '',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WORD = /^[\w.-]{1,100}$/;

function readDay(text: string | null): string | null {
  return text && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

function readWord(text: string | null): string | null {
  return text && WORD.test(text) ? text : null;
}

/** Read a query string; whatever it does not hold, or holds wrongly, is as at the first visit. */
export function readIncidentPlace(search: string): IncidentPlace {
  const query = new URLSearchParams(search);
  return {
    ...readLook(search),
    filters: {
      kind: KINDS.find((kind) => kind === query.get('kind')) ?? null,
      category: readWord(query.get('category')),
      state: readWord(query.get('state')) ?? 'open',
      overdue: query.get('overdue') === '1',
      grid: query.get('grid')?.slice(0, 100) || null,
      from: readDay(query.get('from')),
      to: readDay(query.get('to')),
      unplaced: query.get('place') === 'none',
      mine: query.get('mine') === '1',
      text: query.get('q')?.slice(0, 100) ?? '',
    },
    sort: SORTS.find((sort) => sort === query.get('sort')) ?? 'urgency',
    incident: query.get('incident')?.slice(0, 200) || null,
    view: readView(query.get('view')),
  };
}

/** Write the query string that `readIncidentPlace` reads; what is as at the first visit is left out. */
export function writeIncidentPlace(place: IncidentPlace): string {
  const query = new URLSearchParams();
  const { kind, category, state, overdue, grid, from, to, unplaced, mine, text } = place.filters;
  if (kind) query.set('kind', kind);
  if (category) query.set('category', category);
  if (state !== 'open') query.set('state', state);
  if (overdue) query.set('overdue', '1');
  if (grid) query.set('grid', grid);
  if (from) query.set('from', from);
  if (to) query.set('to', to);
  if (unplaced) query.set('place', 'none');
  if (mine) query.set('mine', '1');
  if (text) query.set('q', text);
  if (place.sort !== 'urgency') query.set('sort', place.sort);
  if (place.incident) query.set('incident', place.incident);
  writeLook(query, place);
  if (place.view) query.set('view', viewText(place.view));
  return queryText(query);
}

/** Say by how many filters less is shown than all that is open. */
export function countFilters(filters: Filters): number {
  return (Object.keys(NO_FILTERS) as (keyof Filters)[]).filter((name) => filters[name] !== NO_FILTERS[name]).length;
}

/** What the program is asked for. */
export function queryOf({ kind, category, state, overdue, grid, from, to, unplaced, mine, text }: Filters): IncidentQuery {
  return {
    ...(kind && { kind }),
    ...(category && { category }),
    ...(state !== 'all' && { state }),
    ...(overdue && { overdue }),
    ...(grid && { grid }),
    ...(from && { from }),
    ...(to && { to }),
    ...(unplaced && { place: 'none' }),
    ...(mine && { mine }),
    ...(text && { q: text }),
  };
}
