/** The two ISO weeks that the calendar shows. */
import { addDays, daysBetween, mondayOf } from '../format';

export interface Fortnight {
  /** A Monday. */
  from: string;
  /** The Sunday thirteen days later. */
  to: string;
}

/** Return the two weeks that end with the week of `last`, or as many fortnights earlier or later as hold `day`. */
export function fortnightEnding(last: string, day: string | null): Fortnight {
  const from = addDays(mondayOf(last), -7);
  const fortnights = Math.floor(daysBetween(from, day ?? last) / 14);
  return shift(fortnightFrom(from), fortnights);
}

/** Return the fortnight that starts on a Monday. */
export function fortnightFrom(monday: string): Fortnight {
  return { from: monday, to: addDays(monday, 13) };
}

/** Return the fortnight that is so many fortnights later. */
export function shift({ from, to }: Fortnight, fortnights: number): Fortnight {
  return { from: addDays(from, 14 * fortnights), to: addDays(to, 14 * fortnights) };
}

/** Return the days of a fortnight as two weeks from Monday to Sunday. */
export function weeksOf(fortnight: Fortnight): string[][] {
  return [0, 7].map((start) => Array.from({ length: 7 }, (_, index) => addDays(fortnight.from, start + index)));
}
