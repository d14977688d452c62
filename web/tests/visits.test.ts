import { expect, test } from 'vitest';
import { dueTable, madeTable } from '../src/visits/tables';
import { quarterAfter, readVisitsPlace, writeVisitsPlace, type VisitsPlace } from '../src/visits/url';
import { csv } from '../src/csv';
import type { DueVisit, Visit } from '../src/api/visits';

const full: VisitsPlace = {
  tab: 'made',
  grid: '999001101001001',
  visitClass: 'rented',
  state: 'overdue',
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
