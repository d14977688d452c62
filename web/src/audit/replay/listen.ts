/** Keys of the replay, wherever the focus is; never while somebody types. */
import { signal } from '@preact/signals';
import { actOf, type Act, type Focus } from './keys';
import { follow, seekBy, stepSpeed, togglePlay } from './player';
import { replay, seek } from './replay';

export const helpIsOpen = signal(false);
/** Keys without Ctrl or Alt get in the way of some who speak to their machine: they can be turned off. */
export const keysAreOn = signal(true);

/** Listen to the keyboard. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    const shown = replay.peek();
    if (!shown || !keysAreOn.peek() || helpIsOpen.peek() || document.querySelector(':popover-open')) return;
    const act = actOf(event, focusOf(event.target));
    if (!act) return;
    event.preventDefault();
    if (!(event.repeat && act.do !== 'seek')) perform(act, shown);
  });
}

function perform(act: Act, shown: { from: number; to: number }): void {
  switch (act.do) {
    case 'play':
      return togglePlay();
    case 'seek':
      return seekBy(act.seconds);
    case 'first':
      return seek(shown.from);
    case 'last':
      return seek(shown.to);
    case 'speed':
      return stepSpeed(act.steps);
    case 'follow':
      follow.value = !follow.peek();
      return undefined;
    case 'help':
      helpIsOpen.value = true;
      return undefined;
  }
}

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'elsewhere';
  if (target instanceof HTMLInputElement && target.type === 'range') return 'slider';
  if (target.isContentEditable || target.matches('textarea, select')) return 'field';
  if (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)) return 'field';
  if (target.closest('button, a, summary, input')) return 'button';
  return target.closest('.maplibregl-canvas') ? 'map' : 'elsewhere';
}
