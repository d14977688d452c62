/** The order of what calls, and which of it is shown. */
import type { AlertKind, LiveAlert } from '../api/types';

export type Which = 'open' | 'mine' | 'all';
export const WHICH: readonly Which[] = ['open', 'mine', 'all'];

export const KINDS: readonly AlertKind[] = ['emergency', 'out_of_grid', 'silent', 'not_started', 'overdue'];

export function isOpen({ cleared_at: cleared }: LiveAlert): boolean {
  return cleared === null;
}

/** Emergencies first and what is cleared last; of the same, what nobody has seen before the rest, the newest first. */
function inOrder(alerts: readonly LiveAlert[]): LiveAlert[] {
  // A city that falls silent calls 14,000 times: what is compared is made out once for each.
  const ranked = alerts.map((alert) => ({ alert, rank: rank(alert), raised: Date.parse(alert.raised_at) }));
  ranked.sort((a, b) => a.rank - b.rank || b.raised - a.raised || b.alert.id - a.alert.id);
  return ranked.map(({ alert }) => alert);
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
  return inOrder(shown);
}

/** Return the emergencies that are open and that nobody was told of yet. */
export function untold(alerts: Iterable<LiveAlert>, told: ReadonlySet<number>): LiveAlert[] {
  return [...alerts].filter((one) => one.kind === 'emergency' && isOpen(one) && one.acknowledged_at === null && !told.has(one.id));
}
