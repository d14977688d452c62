/** Days, ISO weeks and months as their names: `2026-11-05`, `2026-W45`, `2026-11`. */
export const LENGTHS = ['day', 'week', 'month'] as const;
export type Length = (typeof LENGTHS)[number];

const NAME = /^\d{4}-(\d{2}-\d{2}|W\d{2}|\d{2})$/;
const DAY_MS = 86_400_000;

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);
const written = (date: Date): string => date.toISOString().slice(0, 10);

export function isPeriod(text: string): boolean {
  return NAME.test(text) && !Number.isNaN(utc(firstDay(text)).getTime());
}

export function lengthOf(period: string): Length {
  if (period.includes('W')) return 'week';
  return period.length === 7 ? 'month' : 'day';
}

/** Return the day that a period begins on. */
export function firstDay(period: string): string {
  if (lengthOf(period) === 'day') return period;
  if (lengthOf(period) === 'month') return `${period}-01`;
  // The fourth of January lies in the first week of its year.
  const fourth = utc(`${period.slice(0, 4)}-01-04`);
  const monday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * DAY_MS;
  return written(new Date(monday + (Number(period.slice(6)) - 1) * 7 * DAY_MS));
}

/** Return the last day of a period. */
export function lastDay(period: string): string {
  return dayAfter(firstDay(stepped(period, 1)), -1);
}

/** Return the period of a length that holds a day. */
export function periodOf(day: string, length: Length): string {
  if (length === 'day') return day;
  if (length === 'month') return day.slice(0, 7);
  const date = utc(day);
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** Return the period that is some steps after one. */
export function stepped(period: string, steps: number): string {
  const length = lengthOf(period);
  if (length === 'month') {
    const months = Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) - 1 + steps;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
  }
  return periodOf(dayAfter(firstDay(period), steps * (length === 'week' ? 7 : 1)), length);
}

/** Return the day that is so many after one. */
export function dayAfter(day: string, days: number): string {
  return written(new Date(utc(day).getTime() + days * DAY_MS));
}
