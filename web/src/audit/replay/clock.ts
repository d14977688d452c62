/** The replay's clock: how fast it goes, where it may stand, and what it leaves out. */
import type { Span } from './span';

export const SPEEDS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1200] as const;
export type Speed = (typeof SPEEDS)[number];
export const USUAL_SPEED: Speed = 60;

/** Return the speed so many steps faster, at most the fastest, at least the slowest. */
export function stepped(speed: Speed, steps: number): Speed {
  const index = SPEEDS.indexOf(speed) + steps;
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))] as Speed;
}

/** Return a speed that there is, `null` for another number. */
export function speedOf(number: number): Speed | null {
  return SPEEDS.find((speed) => speed === number) ?? null;
}

/** Keep a moment between the ends of a span. */
export function kept(ms: number, { from, to }: Span): number {
  return Math.max(from, Math.min(to, ms));
}

/**
 * Return the moment after so much time of the one who looks on.
 *
 * Nothing is known of a worker outside duty: what lies between `covered`, which is in the order of time, is leapt over.
 */
export function advanced(ms: number, elapsedMs: number, speed: number, covered: readonly Span[]): number {
  const then = ms + elapsedMs * speed;
  const here = covered.find(({ to }) => ms < to);
  if (!here) return covered.at(-1)?.to ?? ms;
  if (then <= here.to) return Math.max(then, here.from);
  const next = covered[covered.indexOf(here) + 1];
  return next ? next.from : here.to;
}

const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 240];

/** Return round times of day within some stretches, about so many in all; they count from `midnight`. */
export function marksOf(covered: readonly Span[], midnight: number, most: number): number[] {
  const time = covered.reduce((sum, { from, to }) => sum + to - from, 0);
  const step = (STEPS_MIN.find((minutes) => time / (minutes * 60_000) <= most) ?? 480) * 60_000;
  return covered.flatMap(({ from, to }) => {
    const first = midnight + Math.ceil((from - midnight) / step) * step;
    return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
  });
}
