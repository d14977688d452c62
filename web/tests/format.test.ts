import { expect, test } from 'vitest';
import { addDays, amount, clock, count, dayAndTime, dayRange, duration, isoWeek, longDay, mondayOf, noonOf, shortAmount, shortClock, shortDay, shortDuration } from '../src/format';
import { periodName } from '../src/period-name';

test('a second short of two hours never reads as two hours', () => {
  expect(duration(7199.9, 'zh')).toBe('1 小时 59 分');
  expect(shortDuration(7199.9)).toBe('1:59');
  expect(duration(7200, 'en')).toBe('2 h');
});

test('durations use the largest units that say something', () => {
  expect(duration(0, 'zh')).toBe('0 秒');
  expect(duration(59, 'en')).toBe('59 s');
  expect(duration(600, 'zh')).toBe('10 分');
  expect(duration(7_560, 'en')).toBe('2 h 6 min');
});

test('a clock shows the wall time of the zone of the deployment', () => {
  expect(clock('2026-11-11T00:31:05Z', 'Asia/Shanghai')).toBe('08:31:05');
  expect(clock('2026-11-10T16:00:00Z', 'Asia/Shanghai')).toBe('00:00:00');
  expect(shortClock('2026-11-11T00:31:05.250Z', 'Asia/Urumqi')).toBe('06:31');
  const then = new Date('2026-12-31T15:59:00Z');
  expect(dayAndTime('2026-11-10T16:05:00Z', 'Asia/Shanghai', then)).toBe('11-11 00:05');
  expect(dayAndTime('2025-12-31T16:05:00Z', 'Asia/Shanghai', then)).toBe('01-01 00:05');
  // A year that is not the present one is never left to be guessed.
  expect(dayAndTime('2025-12-31T15:05:00Z', 'Asia/Shanghai', then)).toBe('2025-12-31 23:05');
});

test.each([
  ['2026-11-10', 'Asia/Shanghai', '2026-11-10T04:00:00.000Z'],
  ['2026-11-10', 'Pacific/Kiritimati', '2026-11-09T22:00:00.000Z'],
  ['2026-11-10', 'Pacific/Pago_Pago', '2026-11-10T23:00:00.000Z'],
  ['2026-03-07', 'Pacific/Auckland', '2026-03-06T23:00:00.000Z'],
  ['2026-04-05', 'Pacific/Auckland', '2026-04-05T00:00:00.000Z'],
  ['2026-03-29', 'Europe/Paris', '2026-03-29T10:00:00.000Z'],
])('noon of %s in %s is %s', (day, zone, instant) => {
  expect(noonOf(day, zone)).toBe(instant);
});

test('days are written as each language does', () => {
  expect(longDay('2026-11-16', 'zh')).toBe('11月16日星期一');
  expect(longDay('2026-11-16', 'en')).toBe('Monday 16 November');
  expect(periodName('2026-Q4', 'zh')).toBe('2026年第4季度');
  expect(periodName('2026-Q4', 'en')).toBe('Quarter 4 of 2026');
  expect(periodName('2026-11', 'zh')).toBe('2026年11月');
  expect(periodName('2026-11', 'en')).toBe('November 2026');
  expect(dayRange('2026-11-02', '2026-11-15', 'en').replaceAll(/\s/g, ' ')).toBe('2 – 15 November 2026');
  expect(shortDay('2026-01-05')).toBe('1/5');
  expect(count(11723, 'zh')).toBe('11,723');
});

test.each([
  ['2026-11-02', '2026-W45'],
  ['2026-01-01', '2026-W01'],
  ['2027-01-01', '2026-W53'],
  ['2024-12-30', '2025-W01'],
  ['2021-01-03', '2020-W53'],
])('%s lies in ISO week %s', (day, week) => {
  expect(isoWeek(day)).toBe(week);
});

test('days are counted across months and years', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(mondayOf('2026-11-15')).toBe('2026-11-09');
  expect(mondayOf('2026-11-09')).toBe('2026-11-09');
});

test('an amount is written in the unit of its verdict', () => {
  expect(amount(5400, 's', 'zh')).toBe('1 小时 30 分');
  expect(amount(2, 'count', 'zh')).toBe('2');
  expect(amount(0.5, 'share', 'en')).toBe('50%');
  expect(shortAmount(5400, 's', 'en')).toBe('1:30');
  expect(shortAmount(1234, 'count', 'en')).toBe('1,234');
});

test('a share is rounded down: nearly all is not all', () => {
  expect(amount(0.9996, 'share', 'en')).toBe('99.9%');
  expect(amount(0.95, 'share', 'en')).toBe('95%');
  expect(amount(1, 'share', 'zh')).toBe('100%');
});
