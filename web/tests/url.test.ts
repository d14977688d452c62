import { expect, test } from 'vitest';
import { readPlace, writePlace, type Place } from '../src/url';

const full: Place = {
  worker: 'W007',
  grid: '999001101001008',
  day: '2026-11-11',
  lang: 'en',
  theme: 'dark',
  layers: ['incident', 'hazard'],
  view: { lon: 112.20125, lat: 31.95, zoom: 15.5 },
};

test('what is written is read back', () => {
  expect(readPlace(writePlace(full))).toEqual(full);
});

test('a first visit has an empty address', () => {
  expect(writePlace(readPlace(''))).toBe('');
});

test('names with special characters survive', () => {
  const place = { ...full, worker: '网格 7&x=1' };
  expect(readPlace(writePlace(place)).worker).toBe('网格 7&x=1');
});

test.each(['day=2026-13-40', 'day=yesterday', 'view=1,2', 'view=400,0,3', 'view=a,b,c', 'theme=pink', 'lang=fr', 'layers=track'])(
  'a wrong %s is as if it were not there',
  (query) => {
    expect(readPlace(`?${query}`)).toEqual(readPlace(''));
  },
);
