/** What is chosen while planning. The address bar is its only store. */
import { batch, effect, signal } from '@preact/signals';
import { chosenTheme, lang } from '../look';
import type { View } from '../url';
import { readPlanPlace, writePlanPlace, type Tab } from './url';

const first = readPlanPlace(location.search);

export const scenarioId = signal<number | null>(first.scenario);
export const tab = signal<Tab>(first.tab);
/** Labels of the chosen draft grids. */
export const chosen = signal<readonly number[]>(first.grids);
export const view = signal<View | null>(first.view);

/** Open a draft, or go back to the list of them. */
export function openScenario(id: number | null): void {
  remember(() => {
    scenarioId.value = id;
    tab.value = 'plan';
    chosen.value = [];
  });
}

/** Go to the other half of the panel. */
export function openTab(wanted: Tab): void {
  if (tab.peek() !== wanted) remember(() => (tab.value = wanted));
}

/** Choose a grid; `more` adds it to those that are chosen, or takes it away again. */
export function choose(label: number, more: boolean): void {
  const now = chosen.peek();
  if (!more) chosen.value = now.length === 1 && now[0] === label ? [] : [label];
  else chosen.value = now.includes(label) ? now.filter((other) => other !== label) : [...now, label];
}

/** Make a choice that the browser's Back button undoes. */
function remember(act: () => void): void {
  history.pushState(null, '', location.href);
  batch(act);
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const query = writePlanPlace({
      scenario: scenarioId.value,
      tab: tab.value,
      grids: chosen.value,
      lang: lang.value,
      theme: chosenTheme.value,
      view: view.value,
    });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  addEventListener('popstate', () => {
    const place = readPlanPlace(location.search);
    batch(() => {
      scenarioId.value = place.scenario;
      tab.value = place.tab;
      chosen.value = place.grids;
    });
  });
}
