import { expect, test } from 'vitest';
import { advanced, kept, marksOf, SPEEDS, stepped } from '../src/audit/replay/clock';
import { evidenceAddress, fixesAddress } from '../src/audit/replay/files';
import { actOf, type Focus } from '../src/audit/replay/keys';
import { scaleOf } from '../src/audit/replay/scale';
import { holds, joined, within } from '../src/audit/replay/span';
import { clockAt, kilometresAnHour } from '../src/audit/replay/words';

const MINUTE = 60_000;
const morning = { from: 0, to: 60 * MINUTE };
const afternoon = { from: 300 * MINUTE, to: 360 * MINUTE };
const day = [morning, afternoon];

test('speeds go from half to 1200 times and stop at the ends', () => {
  expect([SPEEDS[0], SPEEDS.at(-1)]).toEqual([0.5, 1200]);
  expect([stepped(60, 1), stepped(60, -1), stepped(1200, 1), stepped(0.5, -1)]).toEqual([120, 30, 1200, 0.5]);
});

test('time of the day is time of the one who looks on, times the speed', () => {
  expect(advanced(0, 120, 60, day)).toBe(7_200);
  expect(advanced(0, 120, 0.5, day)).toBe(60);
});

test('what lies between two sessions is leapt over', () => {
  expect(advanced(59.9 * MINUTE, 1000, 60, day)).toBe(afternoon.from);
  expect(advanced(100 * MINUTE, 1000, 1, day)).toBe(afternoon.from);
});

test('the clock stops at the end of the day', () => {
  expect(advanced(359 * MINUTE, 1000, 1200, day)).toBe(afternoon.to);
  expect(advanced(afternoon.to, 1000, 60, day)).toBe(afternoon.to);
  expect(advanced(7, 1000, 60, [])).toBe(7);
});

test('a moment is kept between the ends', () => {
  expect([kept(-5, morning), kept(5, morning), kept(1e9, morning)]).toEqual([0, 5, morning.to]);
});

test('marks are round times of day, within what was walked', () => {
  const nine = marksOf([{ from: 8 * MINUTE, to: 47 * MINUTE }], 0, 9);
  expect(nine.map((ms) => ms / MINUTE)).toEqual([10, 15, 20, 25, 30, 35, 40, 45]);
  expect(marksOf(day, 0, 9).map((ms) => ms / MINUTE)).toEqual([0, 15, 30, 45, 60, 300, 315, 330, 345, 360]);
});

test('a line gives its room to what was walked, and there is a moment at every place of it', () => {
  const { shareOf, momentAt, breaks } = scaleOf(day);
  expect([shareOf(0), shareOf(afternoon.to)]).toEqual([0, 1]);
  expect(shareOf(morning.to)).toBeCloseTo(0.4875, 9);
  expect(shareOf(afternoon.from)).toBeCloseTo(0.5125, 9);
  expect(breaks).toHaveLength(1);
  for (const minute of [0, 17, 60, 180, 300, 342, 360]) expect(momentAt(shareOf(minute * MINUTE))).toBeCloseTo(minute * MINUTE, 3);
  expect([momentAt(-1), momentAt(2)]).toEqual([0, afternoon.to]);
});

test('a line of one moment does not divide by nothing', () => {
  const { shareOf, momentAt } = scaleOf([{ from: 5, to: 5 }]);
  expect([shareOf(5), momentAt(0.5)]).toEqual([0, 5]);
});

test('spans are joined where they touch, and cut to others', () => {
  expect(joined([afternoon, { from: 50 * MINUTE, to: 70 * MINUTE }, morning])).toEqual([{ from: 0, to: 70 * MINUTE }, afternoon]);
  expect(within(morning, { from: 30, to: 1e12 })).toEqual({ from: 30, to: morning.to });
  expect(within(morning, afternoon)).toBeNull();
  expect([holds(day, 5), holds(day, 100 * MINUTE)]).toEqual([true, false]);
});

const press = (key: string, focus: Focus = 'elsewhere', more: object = {}) =>
  actOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more }, focus);

test('keys play, seek, jump, change the speed and follow', () => {
  expect(press(' ')).toEqual({ do: 'play' });
  expect(press('ArrowLeft')).toEqual({ do: 'seek', seconds: -10 });
  expect(press('ArrowRight', 'elsewhere', { shiftKey: true })).toEqual({ do: 'seek', seconds: 60 });
  expect([press('Home'), press('End'), press('f'), press('?')]).toEqual([
    { do: 'first' },
    { do: 'last' },
    { do: 'follow' },
    { do: 'help' },
  ]);
  expect([press('['), press(']')]).toEqual([
    { do: 'speed', steps: -1 },
    { do: 'speed', steps: 1 },
  ]);
});

test('no key acts while somebody types, and none of the browser’s own is taken', () => {
  for (const key of [' ', 'f', '[', 'Home', 'ArrowLeft']) expect(press(key, 'field')).toBeNull();
  expect(press('f', 'elsewhere', { ctrlKey: true })).toBeNull();
  expect(press('ArrowLeft', 'elsewhere', { altKey: true })).toBeNull();
});

test('Space presses a button that has the focus, and arrows move a map that has it', () => {
  expect(press(' ', 'button')).toBeNull();
  expect(press('ArrowLeft', 'map')).toBeNull();
  expect(press(' ', 'slider')).toEqual({ do: 'play' });
  expect(press(' ', 'map')).toEqual({ do: 'play' });
});

test('moments and speeds are written as people read them', () => {
  expect(clockAt(Date.parse('2026-11-03T00:51:05Z'), 'Asia/Shanghai')).toBe('08:51:05');
  expect(kilometresAnHour(1.2)).toBe('4.3 km/h');
});

test('a file of a day begins with it and ends before the next', () => {
  const span = { from: Date.parse('2026-11-02T16:00:00Z'), to: Date.parse('2026-11-03T16:00:00Z') };
  const query = new URL(fixesAddress('W 7', span, 'gpx', 'zh'), 'http://here').searchParams;
  expect(query.get('datetime')).toBe('2026-11-02T16:00:00.000Z/2026-11-03T15:59:59.999Z');
  expect(query.get('worker')).toBe('W 7');
});

test('the evidence of a week is asked for by worker and week', () => {
  expect(evidenceAddress('W 7', '2026-W45')).toBe('/api/workers/W%207/weeks/2026-W45/evidence');
});
