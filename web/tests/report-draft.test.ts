import { expect, test } from 'vitest';
import { groupsOf } from '../src/report/categories';
import { lacks, newDraft, readDraft, reportOf, type Draft } from '../src/report/draft';
import { localTime } from '../src/local-time';
import type { Category } from '../src/api/types';

const ZONE = 'Asia/Shanghai';
const NOW = new Date('2026-11-20T02:00:00Z');
const draft = (part: Partial<Draft>): Draft => ({ ...newDraft('lin', 'c-1'), ...part });
const complete = draft({ category: 'safety.stairway', title: '楼道堆物', lon: 112.2, lat: 31.95 });

test('a stored draft is read back, but not another’s, nor what is none', () => {
  expect(readDraft(JSON.stringify(complete), 'lin')).toEqual(complete);
  for (const text of [null, '', '{', '[]', '"x"', '{"account":"lin"}']) expect(readDraft(text, 'lin')).toBeNull();
  expect(readDraft(JSON.stringify(complete), 'chen')).toBeNull();
});

test('an empty draft lacks a category, a title and a place', () => {
  expect(lacks(draft({}), false, ZONE, NOW)).toEqual(['category', 'title', 'place']);
  expect(lacks(complete, true, ZONE, NOW)).toEqual([]);
});

test('what has no point needs a community where the program knows none', () => {
  const inWords = { ...complete, how: 'address' as const, address: '建设路 12 号' };
  expect(lacks(inWords, false, ZONE, NOW)).toEqual([]);
  expect(lacks(inWords, true, ZONE, NOW)).toEqual(['place']);
  expect(lacks({ ...inWords, community: '01' }, true, ZONE, NOW)).toEqual([]);
  expect(lacks({ ...inWords, address: ' ' }, false, ZONE, NOW)).toEqual(['place']);
});

test('persons are a whole number, and a time is within 31 days and not ahead', () => {
  for (const persons of ['-1', '1.5', 'x', '10001']) expect(lacks({ ...complete, persons }, false, ZONE, NOW)).toEqual(['persons']);
  for (const at of ['2026-11-20T10:06', '2026-10-19T09:00', '']) expect(lacks({ ...complete, at }, false, ZONE, NOW)).toEqual(['time']);
  expect(lacks({ ...complete, persons: '3', at: '2026-11-20T09:59' }, false, ZONE, NOW)).toEqual([]);
});

test('now is left to the clock of the program; another time goes with its zone', () => {
  expect(reportOf(complete, ZONE)).toMatchObject({ code: 'c-1', at: null, persons: null, lon: 112.2, lat: 31.95 });
  expect(reportOf({ ...complete, at: '2026-11-20T09:30', persons: '2' }, ZONE)).toMatchObject({
    at: '2026-11-20T01:30:00.000Z',
    persons: 2,
  });
  const inWords = reportOf({ ...complete, how: 'community', community: '01', address: 'left behind' }, ZONE);
  expect(inWords).toMatchObject({ address: '', community: '01' });
  expect(inWords.lon).toBeUndefined();
});

test('a local time is read in its zone', () => {
  expect(localTime('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  for (const text of ['', 'x', '2026-13-40T99:00']) expect(localTime(text, ZONE)).toBeNull();
});

const one = (code: string, parent: string | null, zh: string, en: string, emergency = false): Category => ({
  code,
  parent,
  zh,
  en,
  kind: parent === null ? null : 'incident',
  severity: 1,
  emergency,
});
const TREE = [
  one('city', null, '城市管理', 'City management'),
  one('city.lamp', 'city', '路灯损坏', 'Street lamp broken'),
  one('emergency', null, '突发事件', 'Emergencies'),
  one('emergency.fire', 'emergency', '火灾', 'Fire', true),
];

test('emergencies stand first, and a search finds words of both languages', () => {
  expect(groupsOf(TREE).map(({ code }) => code)).toEqual(['emergency', 'city']);
  expect(groupsOf(TREE, 'LAMP').map(({ categories }) => categories.map(({ code }) => code))).toEqual([['city.lamp']]);
  expect(groupsOf(TREE, '突发 火').flatMap(({ categories }) => categories)).toHaveLength(1);
  expect(groupsOf(TREE, 'nothing')).toEqual([]);
});
