/** What is chosen now. The address bar is its only store. */
import { computed, effect, signal } from '@preact/signals';
import { chosenTheme, lang } from '../look';
import { reportOf } from './catalogue';
import { readAsked, writeAsked, type Asked } from './url';

export const asked = signal<Asked>(readAsked(location.search));

/** The report that is chosen. */
export const report = computed(() => reportOf(asked.value.report));

/** Choose something; Back undoes it. */
export function choose(change: Partial<Asked>): void {
  history.pushState(null, '', location.href);
  asked.value = { ...asked.value, ...change };
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const query = writeAsked(asked.value, { lang: lang.value, theme: chosenTheme.value });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  addEventListener('popstate', () => (asked.value = readAsked(location.search)));
}
