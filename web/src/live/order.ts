/** Finding and ordering workers, and their rows of a table. */
import type { LiveWorker, WorkerState } from '../api/types';
import type { Cell } from '../csv';

export type Order = 'state' | 'seen' | 'owed' | 'name' | 'grid';
export const ORDERS: readonly Order[] = ['state', 'seen', 'owed', 'name', 'grid'];

const URGENCY: readonly WorkerState[] = ['out_of_grid', 'silent', 'overdue', 'not_started', 'in_grid', 'off_duty'];

const { compare } = new Intl.Collator('zh-CN', { numeric: true });

const byText = (text: (worker: LiveWorker) => string) => (a: LiveWorker, b: LiveWorker) => compare(text(a), text(b));

const seenAt = ({ seen_at: at }: LiveWorker): number => (at === null ? -Infinity : Date.parse(at));

const COMPARE: Record<Order, (a: LiveWorker, b: LiveWorker) => number> = {
  state: (a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state),
  seen: (a, b) => (seenAt(a) === seenAt(b) ? 0 : seenAt(a) - seenAt(b)),
  owed: (a, b) => b.owed_day_s - a.owed_day_s,
  name: byText(({ name }) => name),
  grid: byText(({ grid }) => grid ?? '\uffff'),
};

/** Return the workers in an order; equal ones go by code. */
export function inOrder(workers: readonly LiveWorker[], order: Order): LiveWorker[] {
  return [...workers].sort((a, b) => COMPARE[order](a, b) || byText(({ code }) => code)(a, b));
}

/** Return the workers of a state whose name, code or grid holds every word of the search. */
export function found(
  workers: Iterable<LiveWorker>,
  text: string,
  state: WorkerState | null,
  gridName: (code: string | null) => string,
): LiveWorker[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...workers].filter((worker) => {
    if (state && worker.state !== state) return false;
    if (words.length === 0) return true;
    const held = `${worker.name} ${worker.code} ${worker.grid ?? ''} ${gridName(worker.grid)}`.toLowerCase();
    return words.every((word) => held.includes(word));
  });
}

const COLUMNS = [
  'code',
  'name',
  'grid',
  'community',
  'state',
  'state_since',
  'expected',
  'duty_since',
  'seen_at',
  'heard_at',
  'inside_s',
  'owed_day_s',
  'owed_week_s',
] as const;

/** Return the rows of a table, the names of its columns first; no position is among them. */
export function rowsOf(workers: readonly LiveWorker[]): Cell[][] {
  const row = (worker: LiveWorker): Cell[] =>
    COLUMNS.map((name) => {
      const value = worker[name];
      return typeof value === 'boolean' ? String(value) : value;
    });
  return [[...COLUMNS], ...workers.map(row)];
}
