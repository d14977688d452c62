/** What is chosen now. The address bar is its only store. */
import { batch, effect, signal } from '@preact/signals';
import { chosenTheme, lang } from '../look';
import type { View } from '../url';
import { readVisitsPlace, writeVisitsPlace, type Order, type PlacedClass, type StateWanted, type Tab } from './url';

const first = readVisitsPlace(location.search);

export const tab = signal<Tab>(first.tab);
export const grid = signal<string | null>(first.grid);
export const visitClass = signal<PlacedClass | null>(first.visitClass);
export const state = signal<StateWanted | null>(first.state);
export const order = signal<Order | null>(first.order);
export const from = signal<string | null>(first.from);
export const to = signal<string | null>(first.to);
export const period = signal<string | null>(first.period);
export const target = signal<string | null>(first.target);
export const view = signal<View | null>(first.view);

/** Make a choice that the browser's Back button undoes. */
export function choose(change: () => void): void {
  history.pushState(null, '', location.href);
  batch(change);
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const query = writeVisitsPlace({
      tab: tab.value,
      grid: grid.value,
      visitClass: visitClass.value,
      state: state.value,
      order: order.value,
      from: from.value,
      to: to.value,
      period: period.value,
      target: target.value,
      view: view.value,
      lang: lang.value,
      theme: chosenTheme.value,
    });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  addEventListener('popstate', () => {
    const place = readVisitsPlace(location.search);
    batch(() => {
      tab.value = place.tab;
      grid.value = place.grid;
      visitClass.value = place.visitClass;
      state.value = place.state;
      order.value = place.order;
      from.value = place.from;
      to.value = place.to;
      period.value = place.period;
      target.value = place.target;
    });
  });
}
