/** What there is to say of today: what is owed, or why that is not known. */
import type { MyDay, MyNow } from '../api/my';

/** The live engine looks every two seconds; so long without a look, it does not run. */
const ENGINE_SILENT_MS = 60_000;

export type Standing =
  /** No live engine has ever run. */
  | { kind: 'never' }
  /** It does not run, and has nothing of today. */
  | { kind: 'stopped'; at: string }
  /** It runs, and expects nothing of one today. */
  | { kind: 'no-grid' }
  /** `stoppedAt`: since when the figures are as they were. */
  | { kind: 'free' | 'done' | 'owing'; live: MyNow; stoppedAt: string | null };

/** Return what a worker's day says. */
export function standingOf({ now, beat, live }: MyDay): Standing {
  if (!beat) return { kind: 'never' };
  const stoppedAt = Date.parse(now) - Date.parse(beat.at) > ENGINE_SILENT_MS ? beat.at : null;
  if (!live) return stoppedAt ? { kind: 'stopped', at: stoppedAt } : { kind: 'no-grid' };
  if (live.owed_day_s > 0) return { kind: 'owing', live, stoppedAt };
  return { kind: live.expected ? 'done' : 'free', live, stoppedAt };
}

/** Return what is owed in whole minutes, rounded up: who is told of 20 minutes owes no second more. */
export function owedMinutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}

/** Return how many minutes ago something was, by the program's own clock as it goes on here. */
export function minutesAgo(then: string, { now }: Pick<MyDay, 'now'>, answeredMs: number, hereMs: number): number {
  return Math.max(0, Math.floor((programTime(now, answeredMs, hereMs) - Date.parse(then)) / 60_000));
}

/** Return the program's time at a moment here, in epoch milliseconds, by when it last told its own. */
export function programTime(told: string, answeredMs: number, hereMs: number): number {
  return Date.parse(told) + (hereMs - answeredMs);
}

/** Return the share of today's time that is done, from 0 to 1. */
export function shareDone({ inside_s, owed_day_s }: Pick<MyNow, 'inside_s' | 'owed_day_s'>): number {
  return owed_day_s > 0 ? inside_s / (inside_s + owed_day_s) : 1;
}
