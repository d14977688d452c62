import { expect, test } from 'vitest';
import { ageMinutes, SHAPE, signOf, SIGNS, timeLeft } from '../src/incidents/deadline';
import { stepsOf } from '../src/incidents/steps';
import { rowsOf } from '../src/incidents/table';
import { countFilters, NO_FILTERS, queryOf, readIncidentPlace, writeIncidentPlace, type IncidentPlace } from '../src/incidents/url';
import { csv } from '../src/csv';

const full: IncidentPlace = {
  filters: {
    kind: 'hazard',
    category: 'safety.stairway',
    state: 'sent_up',
    overdue: true,
    grid: 'G1',
    from: '2026-11-01',
    to: '2026-11-20',
    unplaced: true,
    mine: true,
    text: '楼道',
  },
  sort: 'severity',
  incident: 'NEW-0001',
  lang: 'en',
  theme: 'dark',
  view: { lon: 112.20125, lat: 31.95, zoom: 15.5 },
};

test('what is written is read back, and a first visit has an empty address', () => {
  expect(readIncidentPlace(writeIncidentPlace(full))).toEqual(full);
  expect(writeIncidentPlace(readIncidentPlace(''))).toBe('');
});

test.each(['kind=murder', 'category=<b>', 'state=a%20b', 'overdue=yes', 'mine=yes', 'from=2026-13-01', 'to=today', 'place=some', 'sort=x'])(
  'a wrong %s is as if it were not there',
  (query) => {
    expect(readIncidentPlace(`?${query}`)).toEqual(readIncidentPlace(''));
  },
);

test('the program is asked for what is filtered and for nothing else', () => {
  expect(queryOf(NO_FILTERS)).toEqual({ state: 'open' });
  expect(queryOf({ ...NO_FILTERS, state: 'all' })).toEqual({});
  expect(queryOf(full.filters)).toMatchObject({ kind: 'hazard', place: 'none', mine: true, overdue: true, q: '楼道', state: 'sent_up' });
  expect(countFilters(NO_FILTERS)).toBe(0);
  expect(countFilters({ ...NO_FILTERS, overdue: true, state: 'all' })).toBe(2);
});

test.each([
  [7, { amount: 7, unit: 'h', over: false }],
  [7.99, { amount: 7, unit: 'h', over: false }],
  [2.5, { amount: 150, unit: 'min', over: false }],
  [0, { amount: 0, unit: 'min', over: false }],
  [-0.25, { amount: 15, unit: 'min', over: true }],
  [-12.4, { amount: 12, unit: 'h', over: true }],
])('%f hours to a deadline never read as more than they are', (hours, words) => {
  expect(timeLeft(hours)).toEqual(words);
});

test('the sign of an incident is what is worst about it, and no two share a shape', () => {
  const open = { state_kind: 'open', emergency: false, light: 'none' };
  expect(signOf(open)).toBe('open');
  expect(signOf({ ...open, light: 'red' })).toBe('red');
  expect(signOf({ ...open, light: 'red', emergency: true })).toBe('emergency');
  expect(signOf({ ...open, state_kind: 'closed', emergency: true })).toBe('closed');
  expect(new Set(SIGNS.map((sign) => SHAPE[sign])).size).toBe(SIGNS.length);
});

test('an answer is as old as it is, and never younger than new', () => {
  expect(ageMinutes(0, 119_000)).toBe(1);
  expect(ageMinutes(5_000, 0)).toBe(0);
});

test('the steps say where it has been, is, and can come to', () => {
  const state = (name: string) => ({ name, kind: 'open', zh: name, en: name, within_h: null });
  const move = (from: string[], to: string) => ({ from, to });
  const workflow = {
    states: ['reported', 'sent_up', 'handling', 'done', 'closed'].map(state),
    moves: [move(['reported'], 'closed'), move(['handling'], 'done'), move(['handling'], 'sent_up'), move(['done'], 'closed')],
  };
  const incident = { state: { name: 'handling' }, history: [{ to: 'reported' }, { to: 'sent_up' }, { to: 'handling' }], duplicate_of: null };
  const stages = (of: unknown) => stepsOf(workflow as never, of as never).map(({ stage }) => stage);
  expect(stages(incident)).toEqual(['been', 'been', 'now', 'next', 'other']);
  expect(stages({ ...incident, duplicate_of: 'X' })).toEqual(['been', 'been', 'now', 'other', 'other']);
});

test('a table has one row an incident, no position leaves two cells empty, and no title is a formula', () => {
  const one = { code: 'A', title: '=1+1', emergency: true, severity: 2, address: '' };
  const rows = rowsOf([
    { type: 'Feature', geometry: null, properties: one },
    { type: 'Feature', geometry: { type: 'Point', coordinates: [112.2, 31.9] }, properties: one },
  ] as never);
  expect(rows.map((row) => row.length)).toEqual([19, 19, 19]);
  expect(rows[1]?.slice(-2)).toEqual([null, null]);
  expect(rows[2]?.slice(-2)).toEqual([112.2, 31.9]);
  expect(csv(rows.map((row) => row.map((cell) => cell ?? null)))).toContain("'=1+1");
});
