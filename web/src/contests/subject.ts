/** Which verdict a contest is about, and whether one can be filed. */
import type { Contest, NewContest } from '../api/contests';
import type { Outcome } from '../api/shapes';
import { addDays, mondayOf } from '../format';

/** What names one verdict, as it is shown. */
export type Subject = Omit<NewContest, 'words'>;

/** As many characters as an objection, or an answer, may have. */
export const MOST_WORDS = 1000;

/** Return the newest contest of a verdict, whichever judging it was filed against. */
export function newestOf(contests: readonly Contest[], about: Subject): Contest | null {
  const same = contests.filter((one) => isAbout(one, about));
  return same.reduce<Contest | null>((last, one) => (last && last.id > one.id ? last : one), null);
}

function isAbout(one: Contest, { week, period, subject, date, starts_at, rule }: Subject): boolean {
  const sameTime = one.week === (week ?? null) && one.period === (period ?? null) && one.date === (date ?? null);
  return sameTime && one.subject === subject && one.rule === rule && momentOf(one.starts_at) === momentOf(starts_at);
}

/** Two texts may say one moment. */
const momentOf = (iso: string | null | undefined): number | null => (iso ? Date.parse(iso) : null);

/** Say whether a verdict can be contested: what is not met, and neither open nor decided on as it is now. */
export function mayContest(outcome: Outcome, newest: Contest | null): boolean {
  if (outcome === 'met' || newest?.state === 'open') return false;
  return newest === null || newest.state === 'withdrawn' || newest.judged_again;
}

/** Return what would be sent of what was written; `null` when that is nothing, or too much. */
export function wordsOf(written: string): string | null {
  const words = written.trim();
  return words !== '' && [...words].length <= MOST_WORDS ? words : null;
}

/** Return a day on which a contested verdict is shown: of a week its Monday, of a month or quarter the last one that was over. */
export function shownOn({ date, week, period, filed_at }: Pick<Contest, 'date' | 'week' | 'period' | 'filed_at'>): string {
  if (date) return date;
  // The fourth of January is in the first week (ISO 8601).
  if (week) return addDays(mondayOf(`${week.slice(0, 4)}-01-04`), 7 * (Number(week.slice(6)) - 1));
  const [last, filed] = [lastDayOf(period ?? ''), filed_at.slice(0, 10)];
  return last < filed ? last : filed;
}

function lastDayOf(period: string): string {
  const part = period.slice(5);
  const month = part.startsWith('Q') ? 3 * Number(part.slice(1)) : Number(part);
  return new Date(Date.UTC(Number(period.slice(0, 4)), month, 0)).toISOString().slice(0, 10);
}
