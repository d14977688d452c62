/** How long ago somebody was last seen somewhere, in the classes that the map has colours for. */

export type Seen = 'half' | 'hour' | 'two' | 'more' | 'never';

/** From just now to never today. */
export const SEEN: readonly Seen[] = ['half', 'hour', 'two', 'more', 'never'];

const MINUTE_MS = 60_000;

/** Return whole minutes since, at least 0; `null` for never today. */
export function minutesSince(seenAt: string | null, now: number, midnight: number): number | null {
  const seen = seenAt === null ? Number.NaN : Date.parse(seenAt);
  return seen >= midnight ? Math.max(0, Math.floor((now - seen) / MINUTE_MS)) : null;
}

export function classOf(minutes: number | null): Seen {
  if (minutes === null) return 'never';
  if (minutes < 30) return 'half';
  if (minutes < 60) return 'hour';
  return minutes < 120 ? 'two' : 'more';
}
