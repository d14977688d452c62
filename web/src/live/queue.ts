/** The order of what calls, and which of it is shown. */
import type { AlertKind, LiveAlert } from '../api/types';

export type Which = 'open' | 'mine' | 'all';
export const WHICH: readonly Which[] = ['open', 'mine', 'all'];

export const KINDS: readonly AlertKind[] = ['emergency', 'out_of_grid', 'silent', 'not_started', 'overdue'];

export function isOpen({ cleared_at: cleared }: LiveAlert): boolean {
  return cleared === null;
}

/** Emergencies first and what is cleared last; of the same, what nobody has seen before the rest, the newest first. */
export function compareAlerts(a: LiveAlert, b: LiveAlert): number {
  return rank(a) - rank(b) || Date.parse(b.raised_at) - Date.parse(a.raised_at) || b.id - a.id;
}

function rank(alert: LiveAlert): number {
  if (!isOpen(alert)) return 4;
  return (alert.kind === 'emergency' ? 0 : 2) + (alert.acknowledged_at === null ? 0 : 1);
}

/** Return what is shown, in its order. `me` is the name that one signs in with. */
export function queueOf(alerts: Iterable<LiveAlert>, which: Which, me: string | null): LiveAlert[] {
  const shown = [...alerts].filter((alert) => {
    if (which === 'all') return true;
    return isOpen(alert) && (which === 'open' || (me !== null && alert.assigned_to === me));
  });
  return shown.sort(compareAlerts);
}

/** Return the emergencies that are open and that nobody was told of yet. */
export function untold(alerts: Iterable<LiveAlert>, told: ReadonlySet<number>): LiveAlert[] {
  return [...alerts].filter((one) => one.kind === 'emergency' && isOpen(one) && one.acknowledged_at === null && !told.has(one.id));
}
