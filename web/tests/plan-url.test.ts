import { expect, test } from 'vitest';
import { readPlanPlace, writePlanPlace, type PlanPlace } from '../src/plan/url';

const full: PlanPlace = {
  scenario: 12,
  tab: 'publish',
  grids: [0, 7, 31],
  lang: 'en',
  theme: 'dark',
  view: { lon: 112.20125, lat: 31.95, zoom: 15.5 },
};

test('what is written is read back', () => {
  expect(writePlanPlace(full)).toBe('?scenario=12&tab=publish&grids=0,7,31&lang=en&theme=dark&view=112.20125,31.95000,15.50');
  expect(readPlanPlace(writePlanPlace(full))).toEqual(full);
});

test('a first visit has an empty address', () => {
  expect(writePlanPlace(readPlanPlace(''))).toBe('');
});

test.each(['scenario=x', 'scenario=-1', 'scenario=0', 'tab=all', 'grids=a,b', 'grids=,', 'grids=1.5', 'view=1'])(
  'a wrong %s is as if it were not there',
  (query) => {
    expect(readPlanPlace(`?${query}`)).toEqual(readPlanPlace(''));
  },
);

test('each grid is chosen once, and a whole town is not written down', () => {
  expect(readPlanPlace('?grids=3,3,4').grids).toEqual([3, 4]);
  const many = Array.from({ length: 51 }, (_, label) => label);
  expect(writePlanPlace({ ...full, grids: many })).not.toContain('grids');
});
