/** What several verdicts come to. */
import type { Outcome } from './api/shapes';

const SEVEREST_FIRST: readonly Outcome[] = ['short', 'review', 'met'];

/** Return the severest of some outcomes, `null` when there are none. */
export function severest(outcomes: readonly Outcome[]): Outcome | null {
  return SEVEREST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? null;
}
