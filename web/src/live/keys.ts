/** Keys of the whole page. They never act while somebody types. */
import { may } from '../session';
import { queue } from './data';
import { acknowledge, locate } from './deeds';
import { alertId, chooseWorker, helpShown, showTab, showWall, tab, wall, workerCode } from './state';

/** Listen to the keyboard. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = target instanceof Element && target.matches('input, textarea, select');
    if (isTyping && event.key !== 'Escape') return;
    if (document.querySelector(':popover-open, dialog[open]')) return;
    const act = ACTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act?.(event) === true) event.preventDefault();
  });
}

/** Each says whether it did anything. */
const ACTS: Record<string, (event: KeyboardEvent) => boolean> = {
  ArrowDown: (event) => walk(event, 1),
  ArrowUp: (event) => walk(event, -1),
  Home: (event) => walk(event, -Infinity),
  End: (event) => walk(event, Infinity),
  a: () => {
    const alert = chosen();
    if (!alert || alert.acknowledged_at !== null || !may('handle_alerts')) return false;
    // What goes wrong is told at its row.
    document.querySelector<HTMLElement>(`[data-alert="${alert.id}"] .acknowledge`)?.click() ?? void acknowledge(alert);
    return true;
  },
  l: () => {
    const alert = chosen();
    if (alert) locate(alert);
    return alert !== undefined;
  },
  w: () => {
    showWall(!wall.peek());
    return true;
  },
  '/': () => {
    if (wall.peek()) return false;
    showTab('workers');
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.live input[type=search]')?.focus());
    return true;
  },
  '?': () => {
    helpShown.value = true;
    return true;
  },
  Escape: () => {
    if (wall.peek()) showWall(false);
    else if (workerCode.peek()) chooseWorker(null);
    else return false;
    return true;
  },
};

function chosen() {
  return queue.peek().find(({ id }) => id === alertId.peek());
}

/** Go up and down the queue; the map keeps its arrows, and lists of workers theirs. */
function walk({ target }: KeyboardEvent, by: number): boolean {
  const isElsewhere = target instanceof Element && target.closest('.maplibregl-map, .workers-now, summary, dialog');
  const all = queue.peek();
  if (isElsewhere || all.length === 0 || (tab.peek() !== 'alerts' && !wall.peek())) return false;
  const at = all.findIndex(({ id }) => id === alertId.peek());
  const to = at < 0 ? (by > 0 && by !== Infinity ? 0 : all.length - 1) : at + by;
  const next = all[Math.min(Math.max(to, 0), all.length - 1)];
  if (!next) return false;
  alertId.value = next.id;
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`[data-alert="${next.id}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.querySelector<HTMLElement>('.what')?.focus({ preventScroll: true });
  });
  return true;
}
