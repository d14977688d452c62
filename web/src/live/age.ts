/** How old what is shown is, and from when on that matters. */

export type Freshness = 'fresh' | 'late' | 'old';

/** A person who looks at a wall must not take what was for what is. */
export const LATE_MS = 5_000;
export const OLD_MS = 15_000;

export function freshness(ageMs: number): Freshness {
  if (ageMs < LATE_MS) return 'fresh';
  return ageMs < OLD_MS ? 'late' : 'old';
}

/**
 * How much a clock in the room is ahead of the program's, in ms: the least that was ever seen, as what is sent
 * takes its time on the way.
 */
export function clockAhead(before: number | null, programNow: string, hereNow: number): number {
  const ahead = hereNow - Date.parse(programNow);
  return before === null ? ahead : Math.min(before, ahead);
}
