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

function isAbout(one: Contest, { week, subject, date, starts_at, rule }: Subject): boolean {
  const sameVerdict = one.week === week && one.subject === subject && one.date === (date ?? null) && one.rule === rule;
  return sameVerdict && momentOf(one.starts_at) === momentOf(starts_at);
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

/** Return a day on which a contested verdict is shown; one of a week on its Monday. */
export function shownOn({ date, week }: Pick<Contest, 'date' | 'week'>): string {
  // The fourth of January is in the first week (ISO 8601).
  return date ?? addDays(mondayOf(`${week.slice(0, 4)}-01-04`), 7 * (Number(week.slice(6)) - 1));
}
