import { expect, test } from 'vitest';
import { dueTable, madeTable } from '../src/visits/tables';
import { inOrder } from '../src/visits/order';
import { quarterAfter, readVisitsPlace, writeVisitsPlace, type VisitsPlace } from '../src/visits/url';
import { csv } from '../src/csv';
import type { DueVisit, Visit } from '../src/api/visits';

const full: VisitsPlace = {
  tab: 'made',
  grid: '999001101001001',
  visitClass: 'rented',
  state: 'overdue',
  order: 'grid',
  from: '2026-11-02',
  to: '2026-11-15',
  period: '2026-Q4',
  target: 'T-1E0CD',
  lang: 'en',
  theme: 'dark',
  view: { lon: 112.20125, lat: 31.95, zoom: 15.5 },
};

test('what is written is read back, and a first visit has an empty address', () => {
  expect(readVisitsPlace(writeVisitsPlace(full))).toEqual(full);
  expect(writeVisitsPlace(readVisitsPlace(''))).toBe('');
});

test('what the address holds wrongly is left out', () => {
  const wrong = '?tab=other&class=follow_up&state=x&from=2026-13-45&to=yesterday&period=2026-Q5&view=1,2';
  expect(readVisitsPlace(wrong)).toEqual(readVisitsPlace(''));
});

test('quarters go over the end of a year', () => {
  expect(quarterAfter('2026-Q4', 1)).toBe('2027-Q1');
  expect(quarterAfter('2026-Q1', -1)).toBe('2025-Q4');
  expect(quarterAfter('2026-Q2', 0)).toBe('2026-Q2');
});

test('each row of a table has a cell for each name', () => {
  const due = { target: '=T', visit_class: 'household', grid: 'G', lon: 1, lat: 2, state: 'due', missed: 0 } as DueVisit;
  const visit = { code: 'c', target: 'T', mode: 'door', counts: true, proof: null, withdrawn: null } as Visit;
  for (const [head, row] of [dueTable([due]), madeTable([visit])]) expect(row).toHaveLength(head?.length ?? 0);
  expect(csv(dueTable([due]))).toContain("'=T,household,G");
});

test('alike rows of another order stay as pressing as they were', () => {
  const row = (target: string, word: string, grid: string, since: string | null, until: string | null): DueVisit =>
    ({ target, visit_class: word, grid, overdue_since: since, due_on: until }) as DueVisit;
  const rows = [
    row('a', 'household', 'G2', '2026-10-01', '2026-12-31'),
    row('b', 'rented', 'G1', null, '2026-11-22'),
    row('c', 'household', 'G1', null, null),
    row('d', 'rented', 'G2', null, '2026-11-22'),
  ];
  const sorted = (order: Parameters<typeof inOrder>[1]): string => inOrder(rows, order).map(({ target }) => target).join('');
  expect(sorted(null)).toBe('abcd');
  expect(sorted('class')).toBe('bdac');
  expect(sorted('grid')).toBe('bcad');
  expect(sorted('date')).toBe('abdc');
});
