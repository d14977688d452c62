import { expect, test } from 'vitest';
import type { Contest } from '../src/api/contests';
import type { MyDay, MyNow } from '../src/api/my';
import type { DaysAnswer, Looks } from '../src/api/types';
import { mayContest, newestOf, shownOn, wordsOf, type Subject } from '../src/contests/subject';
import { byWeek, firstShown } from '../src/my/days';
import { dutyNow } from '../src/my/duty';
import { byOthers } from '../src/my/looks';
import { minutesAgo, owedMinutes, shareDone, standingOf } from '../src/my/standing';

const NOW = '2026-11-11T04:00:00Z';
const live = (more: Partial<MyNow>): MyNow => ({ expected: true, inside_s: 0, owed_day_s: 0, owed_week_s: 0, ...more }) as MyNow;
const day = (more: Partial<MyDay>): MyDay => ({
  now: NOW,
  today: '2026-11-11',
  beat: { at: '2026-11-11T03:59:59Z', started_at: NOW, behind_ms: 0 },
  live: live({}),
  ...more,
});

test('what is owed is told, or why it is not known', () => {
  const stopped = { at: '2026-11-11T03:58:00Z', started_at: NOW, behind_ms: 0 };
  expect(standingOf(day({ beat: null }))).toEqual({ kind: 'never' });
  expect(standingOf(day({ live: null }))).toEqual({ kind: 'no-grid' });
  expect(standingOf(day({ live: null, beat: stopped }))).toEqual({ kind: 'stopped', at: stopped.at });
  expect(standingOf(day({ live: live({ owed_day_s: 1 }) }))).toMatchObject({ kind: 'owing', stoppedAt: null });
  expect(standingOf(day({}))).toMatchObject({ kind: 'done' });
  expect(standingOf(day({ live: live({ expected: false }) }))).toMatchObject({ kind: 'free' });
  // What a rule asks on a day off is owed all the same.
  expect(standingOf(day({ live: live({ expected: false, owed_day_s: 60 }) }))).toMatchObject({ kind: 'owing' });
  expect(standingOf(day({ beat: stopped }))).toMatchObject({ kind: 'done', stoppedAt: stopped.at });
});

test('what was signed here and waits counts as signed, the last of it most', () => {
  const at = new Date(NOW);
  const [morning, late] = ['2026-11-11T00:30:00Z', '2026-11-11T03:30:00Z'];
  const open = { from: morning, until: null, kind: 'regular' as const, counts_until: '2026-11-11T12:30:00Z' };
  const over = { ...open, until: '2026-11-11T02:00:00Z' };
  const running = { on: true, since: morning, kind: 'regular', until: open.counts_until };

  expect(dutyNow([], [], at)).toEqual({ on: false });
  expect(dutyNow([over], [], at)).toEqual({ on: false });
  expect(dutyNow([open, over], [], at)).toEqual(running);
  // Nobody signed out: after twelve hours it counts no more.
  expect(dutyNow([open], [], new Date(open.counts_until))).toEqual({ on: false });
  expect(dutyNow([open], [{ action: 'out', at: late }], at)).toEqual({ on: false });
  expect(dutyNow([open], [{ action: 'in', at: late }], at)).toEqual(running);
  expect(dutyNow([open], [{ action: 'in', at: late, kind: 'flexible' }], at)).toEqual({ on: true, since: late, kind: 'flexible', until: null });
  expect(dutyNow([over], [{ action: 'in', at: late }, { action: 'out', at: NOW }], at)).toEqual({ on: false });
});

test('who does as many minutes as are told owes nothing more', () => {
  expect(owedMinutes(1)).toBe(60);
  expect(owedMinutes(3600)).toBe(3600);
  expect(owedMinutes(3601)).toBe(3660);
});

test('ages are told by the clock of the program, however wrong that of the phone is', () => {
  const answered = Date.parse('2020-01-01T00:00:00Z');
  expect(minutesAgo('2026-11-11T03:50:00Z', { now: NOW }, answered, answered + 120_000)).toBe(12);
  expect(minutesAgo('2026-11-11T04:00:30Z', { now: NOW }, answered, answered)).toBe(0);
});

test('the share of today that is done', () => {
  expect(shareDone({ inside_s: 3600, owed_day_s: 7200 })).toBeCloseTo(1 / 3);
  expect(shareDone({ inside_s: 0, owed_day_s: 7200 })).toBe(0);
  expect(shareDone({ inside_s: 0, owed_day_s: 0 })).toBe(1);
});

test.each([
  ['2026-11-15', '2026-11-02'],
  ['2026-11-16', '2026-11-02'],
  ['2026-11-18', '2026-11-02'],
  ['2026-01-01', '2025-12-15'],
])('on %s whole weeks are shown from %s on', (today, from) => {
  expect(firstShown(today)).toBe(from);
});

test('days stand by week, the newest first, each with its severest outcome', () => {
  const verdict = (rule: string, outcome: string) => ({ rule, outcome });
  const answer = {
    weeks: [{ week: '2026-W45' }, { week: '2026-W46' }],
    days: [
      { date: '2026-11-08', best_s: 0, verdicts: [] },
      { date: '2026-11-06', best_s: 9, verdicts: [verdict('A', 'met')] },
      { date: '2026-11-09', best_s: 0, verdicts: [verdict('A', 'short'), verdict('B', 'review')] },
    ],
    patrols: [
      { date: '2026-11-06', start: '2026-11-06T08:00:00Z', verdicts: [] },
      { date: '2026-11-06', start: '2026-11-06T01:00:00+00:00', verdicts: [verdict('C', 'review')] },
      { date: '2026-11-01', start: '2026-11-01T01:00:00Z', verdicts: [] },
    ],
  } as unknown as DaysAnswer;
  const weeks = byWeek(answer);
  expect(weeks.map(({ name, week, days }) => [name, week?.week, days.map(({ date, outcome }) => [date, outcome])])).toEqual([
    ['2026-W46', '2026-W46', [['2026-11-09', 'short']]],
    ['2026-W45', '2026-W45', [['2026-11-06', 'review']]],
    ['2026-W44', undefined, [['2026-11-01', null]]],
  ]);
  expect(weeks[1]?.days[0]?.patrols.map(({ start }) => start.slice(11, 16))).toEqual(['01:00', '08:00']);
});

const about: Subject = { week: '2026-W46', subject: 'patrol', date: '2026-11-09', starts_at: '2026-11-09T01:00:00Z', rule: 'A', revision: 2 };
const contest = (more: Partial<Contest>): Contest =>
  ({ id: 1, ...about, period: null, starts_at: '2026-11-09T01:00:00+00:00', revision: 1, state: 'open', judged_again: false, ...more }) as Contest;

test('a verdict has the newest of its own contests', () => {
  const all = [contest({ id: 3, rule: 'B' }), contest({ id: 1 }), contest({ id: 2, state: 'withdrawn' }), contest({ id: 4, starts_at: NOW })];
  expect(newestOf(all, about)?.id).toBe(2);
  expect(newestOf(all, { ...about, subject: 'day', starts_at: null })).toBeNull();
  const ofWeek: Subject = { week: '2026-W46', subject: 'week', rule: 'A', revision: 1 };
  expect(newestOf([contest({ id: 9, subject: 'week', date: null, starts_at: null })], ofWeek)?.id).toBe(9);
  const ofQuarter: Subject = { period: '2026-Q4', subject: 'period', rule: 'A', revision: 1 };
  const quarter = contest({ id: 8, subject: 'period', week: null, period: '2026-Q4', date: null, starts_at: null });
  expect(newestOf([quarter], ofQuarter)?.id).toBe(8);
  expect(newestOf([quarter], { ...ofQuarter, period: '2026-Q3' })).toBeNull();
});

test.each([
  [{ date: '2026-11-03' }, '2026-11-03'],
  [{ week: '2026-W01' }, '2025-12-29'],
  [{ period: '2026-02', filed_at: '2026-03-05T00:00:00Z' }, '2026-02-28'],
  [{ period: '2026-Q4', filed_at: '2027-01-02T00:00:00Z' }, '2026-12-31'],
  [{ period: '2026-Q4', filed_at: '2026-11-13T04:00:00Z' }, '2026-11-13'],
])('what is contested over %o is shown on %s', (of, day) => {
  expect(shownOn({ date: null, week: null, period: null, filed_at: NOW, ...of })).toBe(day);
});

test.each([
  ['met', null, false],
  ['short', null, true],
  ['review', null, true],
  ['short', contest({ state: 'open' }), false],
  ['short', contest({ state: 'open', judged_again: true }), false],
  ['short', contest({ state: 'withdrawn' }), true],
  ['short', contest({ state: 'rejected' }), false],
  ['short', contest({ state: 'accepted' }), false],
  ['short', contest({ state: 'rejected', judged_again: true }), true],
  ['met', contest({ state: 'rejected', judged_again: true }), false],
] as const)('a verdict %s with a contest %o can be contested: %s', (outcome, newest, can) => {
  expect(mayContest(outcome, newest)).toBe(can);
});

test('of what is written only words are sent, and not too many', () => {
  expect(wordsOf(' 手机没电\n')).toBe('手机没电');
  expect(wordsOf(' \n')).toBeNull();
  expect(wordsOf('字'.repeat(1000))).toHaveLength(1000);
  expect(wordsOf('字'.repeat(1001))).toBeNull();
  expect(wordsOf('🏠'.repeat(1000))).not.toBeNull();
});

test('looks of others are told once a day, the newest first', () => {
  const look = (at: string, actor: string, own = false): Looks['looks'][number] => ({ at, actor, from: '2026-11-09', to: '2026-11-09', reason: 'live map', own });
  const found = byOthers(
    [look('2026-11-09T15:00:00Z', 'a'), look('2026-11-09T17:00:00Z', 'a'), look('2026-11-09T18:00:00Z', 'a'), look('2026-11-09T19:00:00Z', 'me', true), look('2026-11-10T01:00:00Z', 'b')],
    'Asia/Shanghai',
  );
  expect(found.map(({ actor, times, at }) => [actor, times, at.slice(11, 16)])).toEqual([
    ['b', 1, '01:00'],
    ['a', 2, '18:00'],
    ['a', 1, '15:00'],
  ]);
});
