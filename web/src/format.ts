/** Numbers, durations, days and clocks as people of each language write them. */
import type { Lang } from './language';

const LOCALE: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' };

/** Write a whole number with its separators. */
export function count(value: number, lang: Lang): string {
  return new Intl.NumberFormat(LOCALE[lang]).format(value);
}

/** Write seconds as hours and minutes, rounded down: 1:59:59 must never read as the two hours it is short of. */
export function duration(seconds: number, lang: Lang): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return lang === 'zh' ? `${whole} 秒` : `${whole} s`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const [hour, minute] = lang === 'zh' ? [' 小时', ' 分'] : [' h', ' min'];
  if (hours === 0) return `${minutes}${minute}`;
  return minutes === 0 ? `${hours}${hour}` : `${hours}${hour} ${minutes}${minute}`;
}

/** Write seconds as h:mm, rounded down, for narrow places. */
export function shortDuration(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What the numbers of a verdict are: seconds, whole things, or a share from 0 to 1. */
export type Unit = 's' | 'count' | 'share';

/** Write an amount in its unit. */
export function amount(value: number, unit: Unit, lang: Lang): string {
  if (unit === 's') return duration(value, lang);
  return unit === 'share' ? percent(value) : count(value, lang);
}

/** Write an amount in its unit, for narrow places. */
export function shortAmount(value: number, unit: Unit, lang: Lang): string {
  return unit === 's' ? shortDuration(value) : amount(value, unit, lang);
}

/** Write a share in per cent, rounded down: 99.96 % must never read as all. */
function percent(share: number): string {
  return `${Math.floor(share * 1000 + 1e-6) / 10}%`;
}

/** The parts of an instant on the wall clock of a time zone. */
function wallClock(iso: string, zone: string): Record<string, string> {
  const parts = wallClockFormat(zone).formatToParts(new Date(iso));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs more than using it a thousand times. */
function wallClockFormat(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone);
  if (made) return made;
  const two = '2-digit' as const;
  const date = { year: 'numeric', month: two, day: two } as const;
  const time = { hour: two, minute: two, second: two, hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-GB', { ...date, ...time, timeZone: zone });
  formats.set(zone, format);
  return format;
}

/** Return the instant at which the clocks of a zone show noon on a day. */
export function noonOf(day: string, zone: string): string {
  return instantOf(`${day}T12:00:00Z`, zone);
}

/** Return the instant at which a day begins in a zone. */
export function midnightOf(day: string, zone: string): string {
  return instantOf(`${day}T00:00:00Z`, zone);
}

/** Return the instant at which the clocks of a zone show what those of UTC show at another. */
export function instantOf(utcIso: string, zone: string): string {
  const shown = Date.parse(utcIso);
  // The first guess may be hours off, on the other side of a change of the clocks; the second is not.
  const guess = shown - ahead(shown, zone);
  return new Date(shown - ahead(guess, zone)).toISOString();
}

/** How many milliseconds the clocks of a zone are ahead of UTC at an instant. */
function ahead(instant: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(new Date(instant).toISOString(), zone);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - instant;
}

/** Write an instant as a time of day: `08:31:05`. */
export function clock(iso: string, zone: string): string {
  const { hour, minute, second } = wallClock(iso, zone);
  return `${hour}:${minute}:${second}`;
}

/** Write an instant as hours and minutes: `08:31`. */
export function shortClock(iso: string, zone: string): string {
  return clock(iso, zone).slice(0, 5);
}

/** Write an instant as day and time: `11-16 08:31`; with its year where that is not the present one. */
export function dayAndTime(iso: string, zone: string, now = new Date()): string {
  const { year, month, day } = wallClock(iso, zone);
  const isThisYear = year === wallClock(now.toISOString(), zone)['year'];
  return `${isThisYear ? '' : `${year}-`}${month}-${day} ${shortClock(iso, zone)}`;
}

/** Write an instant as a day with its year: `2026-11-16`. */
export function fullDay(iso: string, zone: string): string {
  const { year, month, day } = wallClock(iso, zone);
  return `${year}-${month}-${day}`;
}

/** Write a day: `11月16日 星期一` or `Monday 16 November`. */
export function longDay(day: string, lang: Lang): string {
  const options = { month: 'long', day: 'numeric', weekday: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(LOCALE[lang], options).format(utc(day));
}

/** Write a stretch of days with its year once. */
export function dayRange(from: string, to: string, lang: Lang): string {
  const options = { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(LOCALE[lang], options).formatRange(utc(from), utc(to));
}

/** Write a day without its year: `11/16`. */
export function shortDay(day: string): string {
  return `${Number(day.slice(5, 7))}/${Number(day.slice(8, 10))}`;
}

/** Return the day that is `days` later. */
export function addDays(day: string, days: number): string {
  return new Date(utc(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Return how many days `to` is after `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000);
}

/** Return the Monday on or before a day. */
export function mondayOf(day: string): string {
  return addDays(day, -((utc(day).getUTCDay() + 6) % 7));
}

/** Return the ISO week of a day, as the program names it: `2026-W45`. */
export function isoWeek(day: string): string {
  const thursday = addDays(mondayOf(day), 3);
  const year = thursday.slice(0, 4);
  const number = Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

function utc(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
