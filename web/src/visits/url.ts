/** What the address bar of the page of visits holds. */
import { queryText, readLook, readView, viewText, writeLook, type Look, type View } from '../url';

export const TABS = ['due', 'made', 'appointments', 'coverage', 'places'] as const;
export type Tab = (typeof TABS)[number];

export const CLASSES = ['property', 'rented', 'in_care', 'household'] as const;
export type PlacedClass = (typeof CLASSES)[number];

export const STATES = ['overdue', 'due', 'done', 'not_asked', 'all'] as const;
export type StateWanted = (typeof STATES)[number];

/** What the list of due visits is sorted by; without one the most pressing stand first. */
export const ORDERS = ['class', 'grid', 'date'] as const;
export type Order = (typeof ORDERS)[number];

export interface VisitsPlace extends Look {
  tab: Tab;
  grid: string | null;
  visitClass: PlacedClass | null;
  /** `null`: due and overdue. */
  state: StateWanted | null;
  order: Order | null;
  from: string | null;
  to: string | null;
  period: string | null;
  target: string | null;
  view: View | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const QUARTER = /^\d{4}-Q[1-4]$/;

/** Read a query string; what it holds wrongly is as at the first visit. */
export function readVisitsPlace(search: string): VisitsPlace {
  const query = new URLSearchParams(search);
  const oneOf = <T extends string>(all: readonly T[], name: string): T | null =>
    all.find((one) => one === query.get(name)) ?? null;
  const day = (name: string): string | null => {
    const text = query.get(name) ?? '';
    return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
  };
  const period = query.get('period') ?? '';
  return {
    ...readLook(search),
    tab: oneOf(TABS, 'tab') ?? 'due',
    grid: query.get('grid') || null,
    visitClass: oneOf(CLASSES, 'class'),
    state: oneOf(STATES, 'state'),
    order: oneOf(ORDERS, 'order'),
    from: day('from'),
    to: day('to'),
    period: QUARTER.test(period) ? period : null,
    target: query.get('target') || null,
    view: readView(query.get('view')),
  };
}

/** Write the query string that `readVisitsPlace` reads. */
export function writeVisitsPlace(place: VisitsPlace): string {
  const query = new URLSearchParams();
  const { tab, grid, visitClass, state, order, from, to, period, target, view } = place;
  if (tab !== 'due') query.set('tab', tab);
  for (const [name, value] of Object.entries({ grid, class: visitClass, state, order, from, to, period, target })) {
    if (value) query.set(name, value);
  }
  writeLook(query, place);
  if (view) query.set('view', viewText(view));
  return queryText(query);
}

/** Return the quarter that is `steps` after one. */
export function quarterAfter(quarter: string, steps: number): string {
  const number = Number(quarter.slice(0, 4)) * 4 + Number(quarter.slice(6)) - 1 + steps;
  return `${Math.floor(number / 4)}-Q${(number % 4) + 1}`;
}
