/** What the page asks for about oneself. It stays when nobody answers, and the page says how old it is. */
import { computed, signal } from '@preact/signals';
import { namedZone } from '../about';
import { fetchLooks } from '../api/account';
import { fetchDays, fetchPeriods } from '../api/client';
import { fetchContests, type Contest, type ContestList } from '../api/contests';
import { fetchMyDay, fetchMyDuty } from '../api/my';
import { addDays, fullDay } from '../format';
import { kept } from '../kept';
import { may, me } from '../session';
import { firstShown } from './days';

export { zone } from '../about';

const DAY_MS = 30_000;
const REST_MS = 300_000;
const MOST_CONTESTS = 50;

/** The code of the worker that one is; `null` for all others. */
export const code = computed(() => me.value?.worker ?? null);

export const myDay = kept(() => (code.value && may('sign_duty') ? fetchMyDay : null), DAY_MS);

export const myDuty = kept(() => (code.value && may('sign_duty') ? fetchMyDuty : null), DAY_MS);

/** The verdicts of the last two weeks. Which they are is asked for each time: a page may stay open over midnight. */
export const days = kept(() => {
  const [self, named] = [code.value, namedZone.value];
  if (!self || !named || !may('see_verdicts')) return null;
  return (abort) => {
    const today = fullDay(new Date().toISOString(), named);
    return fetchDays(self, firstShown(today), today, abort);
  };
}, REST_MS);

/** As long ago as a quarter may have begun before this one. */
const QUARTER_DAYS = 92;

/** The verdicts of this quarter and the one before, and of their months. */
export const periods = kept(() => {
  const [self, named] = [code.value, namedZone.value];
  if (!self || !named || !may('see_verdicts')) return null;
  return (abort) => {
    const today = fullDay(new Date().toISOString(), named);
    return fetchPeriods(self, addDays(today, -QUARTER_DAYS), today, abort);
  };
}, REST_MS);

export const contests = kept(() => {
  const self = code.value;
  if (!self || !may('see_verdicts')) return null;
  return (abort) => fetchContests({ worker: self, limit: MOST_CONTESTS }, abort);
}, REST_MS);

export const looks = kept(() => {
  const self = code.value;
  return self && may('see_looks') ? (abort) => fetchLooks(self, abort) : null;
}, REST_MS);

const ALL = [myDay, myDuty, days, periods, contests, looks];

/** Ask for everything again. */
export function reloadAll(): void {
  for (const one of ALL) one.reload();
}

/** Ask again for one's verdicts and what was said to them: what is shown is not what there is any more. */
export function reloadVerdicts(): void {
  for (const one of [days, periods, contests]) one.reload();
}

/** Of what is shown although the last question was not answered: why, and when the oldest came; `null`: all was answered. */
export const unanswered = computed(() => {
  const old = ALL.flatMap(({ state: { value } }) => (value.data && value.problem ? [{ why: value.problem, at: value.at }] : []));
  const [first] = old.sort((a, b) => a.at - b.at);
  return first ?? null;
});

/** Put in what became of one contest. */
export function putContest(contest: Contest): void {
  const before: ContestList = contests.state.peek().data ?? { contests: [], next: null };
  const others = before.contests.filter(({ id }) => id !== contest.id);
  contests.put({ ...before, contests: [contest, ...others].sort((a, b) => b.id - a.id) });
}

/** This moment, kept by `followTime`. */
export const here = signal(Date.now());

/** Keep ages in step with the clock, and ask again as soon as there is a network. */
export function followTime(): void {
  setInterval(() => (here.value = Date.now()), 15_000);
  addEventListener('online', reloadAll);
}
