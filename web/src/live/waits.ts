/** How long to wait before another try. */

const FIRST_MS = 500;
const MOST_MS = 30_000;

/**
 * Twice as long after each try that failed, and no longer than half a minute; spread by a quarter, so that a
 * hundred pages do not all come back in the same instant.
 */
export function waitMs(tries: number, random: number): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.max(0, tries - 1), MOST_MS);
  return Math.round(whole * (0.75 + random * 0.25));
}
