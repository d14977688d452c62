/** What stands in large figures: coverage, who is on duty, and how they are. */
import type { LiveGrid, LiveWorker, WorkerState } from '../api/types';

export const STATES: readonly WorkerState[] = ['in_grid', 'out_of_grid', 'silent', 'overdue', 'not_started', 'off_duty'];

export interface Totals {
  grids: number;
  walkable: number;
  covered: number;
  /** From 0 to 1; `null` where no cell can be walked. */
  coverage: number | null;
  expected: number;
  onDuty: number;
}

export function totalsOf(grids: Iterable<LiveGrid>): Totals {
  const sum = { grids: 0, walkable: 0, covered: 0, expected: 0, onDuty: 0 };
  for (const grid of grids) {
    sum.grids += 1;
    sum.walkable += grid.walkable;
    sum.covered += grid.covered;
    sum.expected += grid.expected;
    sum.onDuty += grid.on_duty;
  }
  return { ...sum, coverage: sum.walkable > 0 ? sum.covered / sum.walkable : null };
}

/** Write a share in per cent with one digit, rounded down: not all must never read as all. */
export function perCent(share: number): string {
  return (Math.floor(share * 1000 + 1e-6) / 10).toFixed(1);
}

export function countStates(workers: Iterable<LiveWorker>): Record<WorkerState, number> {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<WorkerState, number>;
  for (const { state } of workers) counts[state] += 1;
  return counts;
}
