/** Keys of the whole page. They never act while somebody types. */
import { choose, incidentCode, spot } from './state';

/** Listen to the keyboard: Esc closes what is open, and the list has the keyboard again. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    if (event.key !== 'Escape' || document.querySelector(':popover-open')) return;
    if (target instanceof Element && target.matches('input:not([type=checkbox]):not([type=file]), textarea, select')) return;
    if (spot.peek()) spot.value = null;
    else if (incidentCode.peek()) {
      const row = document.querySelector<HTMLElement>('.incident-row[aria-current]');
      choose(null);
      row?.focus();
    }
  });
}
