/** The last two weeks of one's verdicts, by week and day, the newest first. */
import type { Outcome } from '../api/shapes';
import type { Day, DaysAnswer, Patrol, Week } from '../api/types';
import { addDays, isoWeek, mondayOf } from '../format';
import { severest } from '../outcomes';

export interface DayShown {
  date: string;
  week: Week | null;
  day: Day | null;
  /** In the order of time. */
  patrols: Patrol[];
  /** The severest of all its verdicts; `null` without any. */
  outcome: Outcome | null;
}

export interface WeekShown {
  name: string;
  /** `null`: not judged. */
  week: Week | null;
  days: DayShown[];
}

/** Return the Monday from which on days are shown: whole weeks, at least fourteen days with today. */
export function firstShown(today: string): string {
  return mondayOf(addDays(today, -13));
}

/** Return weeks with their days; of days only those of which there is something to say. */
export function byWeek({ days, weeks, patrols }: DaysAnswer): WeekShown[] {
  const dates = [...new Set([...days, ...patrols].map(({ date }) => date))].sort().reverse();
  const names = [...new Set([...weeks.map(({ week }) => week), ...dates.map(isoWeek)])].sort().reverse();
  return names.map((name) => {
    const week = weeks.find((one) => one.week === name) ?? null;
    const ofWeek = dates.filter((date) => isoWeek(date) === name);
    return { name, week, days: ofWeek.map((date) => dayOf(date)).filter(saysSomething) };

    function dayOf(date: string): DayShown {
      const day = days.find((one) => one.date === date) ?? null;
      const walked = patrols.filter((one) => one.date === date).sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
      const verdicts = [...(day?.verdicts ?? []), ...walked.flatMap((one) => one.verdicts)];
      return { date, week, day, patrols: walked, outcome: severest(verdicts.map(({ outcome }) => outcome)) };
    }
  });
}

function saysSomething({ day, patrols, outcome }: DayShown): boolean {
  return outcome !== null || patrols.length > 0 || (day?.best_s ?? 0) > 0;
}
