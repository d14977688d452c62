/** Times as the fields of forms write them: local, without a zone. */
import { fullDay, instantOf, shortClock } from './format';

/** Return the instant of a field's text like `2026-11-16T08:30`; `null` for what is none. */
export function localTime(text: string, zone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) || Number.isNaN(Date.parse(`${text.slice(0, 16)}:00Z`))) return null;
  return instantOf(`${text.slice(0, 16)}:00Z`, zone);
}

const DAY_MS = 86_400_000;
/** A phone's clock may be so much ahead. */
const AHEAD_MS = 5 * 60_000;

/** Say whether a field's text is a time of the last `days`, or at most of now. */
export function isRecent(text: string, zone: string, now: Date, days: number): boolean {
  const instant = localTime(text, zone);
  if (instant === null) return false;
  const age = now.getTime() - Date.parse(instant);
  return age <= days * DAY_MS && age >= -AHEAD_MS;
}

/** Write an instant as such a field takes it. */
export function fieldTime(iso: string, zone: string): string {
  return `${fullDay(iso, zone)}T${shortClock(iso, zone)}`;
}
