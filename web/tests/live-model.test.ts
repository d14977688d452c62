import { expect, test } from 'vitest';
import type { LiveAlert, LiveCell, LiveGrid, LiveNews, LiveWorker } from '../src/api/types';
import { clockAhead, freshness } from '../src/live/age';
import { boxAround, nextBox } from '../src/live/box';
import { afterHandling, afterNews, NOTHING } from '../src/live/news';
import { found, inOrder, rowsOf } from '../src/live/order';
import { queueOf, untold } from '../src/live/queue';
import { classOf, minutesSince } from '../src/live/seen';
import { countStates, perCent, totalsOf } from '../src/live/totals';
import { readLivePlace, writeLivePlace, type LivePlace } from '../src/live/url';
import { waitMs } from '../src/live/waits';

const AT = '2026-11-16T08:30:00Z';

const worker = (code: string, more: Partial<LiveWorker> = {}): LiveWorker => ({
  code,
  name: `工${code}`,
  grid: 'G1',
  community: 'C1',
  state: 'in_grid',
  state_since: AT,
  expected: true,
  duty_since: AT,
  seen_at: AT,
  heard_at: AT,
  lon: null,
  lat: null,
  accuracy_m: null,
  inside_s: 0,
  owed_day_s: 0,
  owed_week_s: 0,
  ...more,
});

const grid = (code: string, more: Partial<LiveGrid> = {}): LiveGrid => ({
  code,
  community: 'C1',
  walkable: 10,
  covered: 0,
  expected: 1,
  on_duty: 0,
  seen_at: null,
  ...more,
});

const alert = (id: number, more: Partial<LiveAlert> = {}): LiveAlert => ({
  id,
  kind: 'out_of_grid',
  worker: { code: 'W1', name: '工W1' },
  incident: null,
  grid: 'G1',
  community: 'C1',
  lon: null,
  lat: null,
  since: AT,
  raised_at: new Date(Date.parse(AT) + id * 1000).toISOString(),
  cleared_at: null,
  acknowledged_by: null,
  acknowledged_at: null,
  assigned_to: null,
  assigned_by: null,
  assigned_at: null,
  ...more,
});

const news = (version: number, more: Partial<LiveNews> = {}): LiveNews => ({
  version,
  whole: false,
  now: AT,
  beat: null,
  workers: [],
  grids: [],
  cells: [],
  alerts: [],
  ...more,
});

test('whole news replace all, later ones only the rows that they speak of', () => {
  const first = afterNews(NOTHING, news(1, { whole: true, workers: [worker('A'), worker('B')], grids: [grid('G1')] }));
  const second = afterNews(first, news(2, { workers: [worker('A', { state: 'silent' })] }));
  expect(second.version).toBe(2);
  expect(second.workers.get('A')?.state).toBe('silent');
  expect(second.workers.get('B')).toBe(first.workers.get('B'));
  expect(second.grids).toBe(first.grids);
  const third = afterNews(second, news(3, { whole: true, workers: [worker('C')] }));
  expect([...third.workers.keys()]).toEqual(['C']);
  expect(third.grids.size).toBe(0);
});

test('a beat stays until there is a newer one', () => {
  const beat = { at: AT, started_at: AT, behind_ms: 4 };
  const first = afterNews(NOTHING, news(1, { whole: true, beat }));
  expect(afterNews(first, news(2)).beat).toEqual(beat);
});

test('a cell on the border of two grids is one row for each', () => {
  const cell = (of: string, seconds: number): LiveCell => ({ cell: '8b', grid: of, seconds, seen_at: AT });
  const first = afterNews(NOTHING, news(1, { whole: true, cells: [cell('G1', 1), cell('G2', 2)] }));
  const second = afterNews(first, news(2, { cells: [cell('G1', 9)] }));
  expect([...second.cells.values()].map(({ seconds }) => seconds)).toEqual([9, 2]);
});

test('an alert that was handled is known as the answer said, and nothing else changes', () => {
  const first = afterNews(NOTHING, news(1, { whole: true, alerts: [alert(1)] }));
  const second = afterHandling(first, alert(1, { acknowledged_by: 'me', acknowledged_at: AT }));
  expect(second.alerts.get(1)?.acknowledged_by).toBe('me');
  expect([second.version, second.workers]).toEqual([1, first.workers]);
  const cleared = afterNews(first, news(2, { alerts: [alert(1, { cleared_at: AT })] }));
  expect(afterHandling(cleared, alert(1, { acknowledged_at: AT })).alerts.get(1)).toMatchObject({ cleared_at: AT, acknowledged_at: AT });
});

test('emergencies come first, then what nobody has seen, the newest first; what is cleared comes last', () => {
  const seen = { acknowledged_by: 'me', acknowledged_at: AT };
  const all = [
    alert(1, { cleared_at: AT }),
    alert(2, seen),
    alert(3),
    alert(4),
    alert(5, { kind: 'emergency', ...seen }),
    alert(6, { kind: 'emergency' }),
  ];
  expect(queueOf(all, 'all', null).map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(queueOf(all, 'open', null).map(({ id }) => id)).toEqual([6, 5, 4, 3, 2]);
});

test('mine is what is open and was handed to me', () => {
  const all = [alert(1, { assigned_to: 'me' }), alert(2, { assigned_to: 'you' }), alert(3, { assigned_to: 'me', cleared_at: AT })];
  expect(queueOf(all, 'mine', 'me').map(({ id }) => id)).toEqual([1]);
  expect(queueOf([alert(1)], 'mine', null)).toEqual([]);
});

test('an emergency is told once, and not when somebody has seen it', () => {
  const all = [alert(1, { kind: 'emergency' }), alert(2), alert(3, { kind: 'emergency', acknowledged_at: AT })];
  expect(untold(all, new Set()).map(({ id }) => id)).toEqual([1]);
  expect(untold(all, new Set([1]))).toEqual([]);
});

test.each([
  [0, 'fresh'],
  [4_999, 'fresh'],
  [5_000, 'late'],
  [14_999, 'late'],
  [15_000, 'old'],
])('news of %i ms ago are %s', (ms, word) => {
  expect(freshness(ms)).toBe(word);
});

test('the way here does not make the clock here look ahead', () => {
  const program = Date.parse(AT);
  const slow = clockAhead(null, AT, program + 60_900);
  expect(clockAhead(slow, AT, program + 60_050)).toBe(60_050);
  expect(clockAhead(60_050, AT, program + 63_000)).toBe(60_050);
});

test('waits grow to half a minute and no two pages wait alike', () => {
  expect([1, 2, 3, 4].map((tries) => waitMs(tries, 1))).toEqual([500, 1000, 2000, 4000]);
  expect(waitMs(40, 1)).toBe(30_000);
  expect(waitMs(3, 0)).toBe(1500);
});

test('nobody’s position is asked for from afar', () => {
  expect(boxAround([112, 31, 113, 32], 12.9)).toBeNull();
  expect(nextBox([112, 31, 113, 32], [112.1, 31.1, 112.2, 31.2], 12.9)).toBeNull();
});

test('the box is larger than the view, stays over small movements and shrinks where one goes near', () => {
  const first = boxAround([112.2, 31.9, 112.24, 31.92], 14);
  expect(first).not.toBeNull();
  const [west, south, east, north] = first as [number, number, number, number];
  expect([west < 112.2, south < 31.9, east > 112.24, north > 31.92]).toEqual([true, true, true, true]);
  expect(nextBox(first, [112.204, 31.902, 112.244, 31.922], 14)).toBe(first);
  expect(nextBox(first, [112.3, 31.9, 112.34, 31.92], 14)).not.toBe(first);
  expect(nextBox(first, [112.22, 31.91, 112.222, 31.911], 18)).not.toBe(first);
});

test.each([0.1, 0.33, 0.45, 0.8])('a screen that is %f degrees wide asks for no box larger than half a degree', (wide) => {
  const box = boxAround([112, 31, 112 + wide, 31 + wide / 2], 13) as [number, number, number, number];
  expect(box[2] - box[0]).toBeLessThanOrEqual(0.5);
  expect(box[3] - box[1]).toBeLessThanOrEqual(0.5);
});

test('the box of a view is the same for whoever looks at nearly the same', () => {
  expect(boxAround([112.2001, 31.9001, 112.2401, 31.9201], 14)).toEqual(boxAround([112.2002, 31.9002, 112.2402, 31.9202], 14));
});

test.each([
  [null, null, 'never'],
  ['2026-11-15T15:59:00Z', null, 'never'],
  ['2026-11-16T08:30:00Z', 0, 'half'],
  ['2026-11-16T08:00:00Z', 30, 'hour'],
  ['2026-11-16T07:30:01Z', 59, 'hour'],
  ['2026-11-16T07:30:00Z', 60, 'two'],
  ['2026-11-16T06:30:00Z', 120, 'more'],
])('seen at %s is %s min ago: %s', (at, minutes, word) => {
  const since = minutesSince(at, Date.parse(AT), Date.parse('2026-11-15T16:00:00Z'));
  expect(since).toBe(minutes);
  expect(classOf(since)).toBe(word);
});

test('coverage is of cells and not of grids, and no share reads as more than it is', () => {
  const totals = totalsOf([grid('A', { walkable: 100, covered: 10 }), grid('B', { walkable: 900, covered: 890, on_duty: 1 })]);
  expect(totals).toEqual({ grids: 2, walkable: 1000, covered: 900, coverage: 0.9, expected: 2, onDuty: 1 });
  expect(totalsOf([]).coverage).toBeNull();
  expect([perCent(0.9999), perCent(1), perCent(0.386)]).toEqual(['99.9', '100.0', '38.6']);
  expect(countStates([worker('A'), worker('B', { state: 'silent' })])).toMatchObject({ in_grid: 1, silent: 1, overdue: 0 });
});

test('workers are found by every word, ordered by what matters, and leave no position in a file', () => {
  const all = [worker('W1'), worker('W2', { state: 'silent', owed_day_s: 60, grid: 'G2' }), worker('W3', { seen_at: null, name: '=1+1' })];
  const name = (code: string | null): string => (code === 'G2' ? '二号 网格' : '一号 网格');
  expect(found(all, '二号 w2', null, name).map(({ code }) => code)).toEqual(['W2']);
  expect(found(all, '', 'in_grid', name).map(({ code }) => code)).toEqual(['W1', 'W3']);
  expect(inOrder(all, 'state').map(({ code }) => code)).toEqual(['W2', 'W1', 'W3']);
  expect(inOrder(all, 'seen')[0]?.code).toBe('W3');
  expect(inOrder(all, 'owed')[0]?.code).toBe('W2');
  const [head, ...rows] = rowsOf(all);
  expect(head).not.toContain('lon');
  expect(rows.map((row) => row.length)).toEqual([head?.length, head?.length, head?.length]);
});

const full: LivePlace = {
  community: 'C1',
  which: 'mine',
  tab: 'workers',
  worker: 'W1',
  wall: true,
  lang: 'en',
  theme: 'light',
  view: { lon: 112.20125, lat: 31.95, zoom: 15.5 },
};

test('what is written is read back, and a first visit has an empty address', () => {
  expect(readLivePlace(writeLivePlace(full))).toEqual(full);
  expect(writeLivePlace(readLivePlace(''))).toBe('');
});

test.each(['alerts=some', 'tab=x', 'wall=yes', 'theme=sepia', 'view=1,2'])('a wrong %s is as if it were not there', (query) => {
  expect(readLivePlace(`?${query}`)).toEqual(readLivePlace(''));
});
