import { expect, test } from 'vitest';
import type { SegmentClass } from '../src/api/shapes';
import { chunksOf, playedOf } from '../src/audit/replay/chunks';
import { cut, indexAt, nearestMoment, pathOf, speedBetween, spotAt } from '../src/audit/replay/path';
import type { RunFeature } from '../src/audit/track';

/** A run east along 31°N, a thousandth of a degree each fix. */
function run(name: SegmentClass, first: number, seconds: number[]): RunFeature {
  const t_ms = seconds.map((second) => second * 1000);
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: seconds.map((_, index) => [112 + (first + index) / 1000, 31]) },
    properties: {
      kind: 'segment',
      class: name,
      start: new Date(t_ms[0] as number).toISOString(),
      end: new Date(t_ms.at(-1) as number).toISOString(),
      seconds: (seconds.at(-1) as number) - (seconds[0] as number),
      t_ms,
      accuracy_m: seconds.map((_, index) => 5 + first + index),
      speed_mps: seconds.map(() => null),
    },
  };
}

const path = pathOf([run('inside', 0, [0, 10, 20]), run('outside', 2, [20, 30]), run('inside', 4, [100, 110])]);

test('runs that meet share a fix, and a session ends where nothing goes on', () => {
  expect(path.t).toEqual([0, 10_000, 20_000, 30_000, 100_000, 110_000]);
  expect(path.way).toEqual(['inside', 'inside', 'outside', null, 'inside', null]);
  expect(path.accuracyM).toEqual([5, 6, 7, 8, 9, 10]);
  expect(path.places).toHaveLength(6);
});

test('the fix of a moment is the last one at or before it', () => {
  expect([-1, 0, 9_999, 10_000, 500_000].map((ms) => indexAt(path, ms))).toEqual([-1, 0, 0, 1, 5]);
});

test('between two fixes a worker is on the straight line, in proportion to the time', () => {
  expect(spotAt(path, 2_500)).toMatchObject({ index: 0, class: 'inside' });
  expect(spotAt(path, 2_500)?.place[0]).toBeCloseTo(112.00025, 9);
  expect(spotAt(path, 25_000)?.class).toBe('outside');
});

test('between two sessions nobody knows more than the last place', () => {
  expect(spotAt(path, 60_000)).toEqual({ place: [112.003, 31], index: 3, class: null });
});

test('before the first fix and after the last one the worker stands at them', () => {
  expect(spotAt(path, -5)?.place).toEqual([112, 31]);
  expect(spotAt(path, 999_000)?.place).toEqual([112.005, 31]);
  expect(spotAt(pathOf([]), 0)).toBeNull();
});

test('the last moment of a session belongs to the way that led there', () => {
  expect(spotAt(path, 30_000)?.class).toBe('outside');
});

test('a stretch is cut exactly at its ends, and broken where the track is', () => {
  const [first, second, ...more] = cut(path, 5_000, 105_000);
  expect(more).toEqual([]);
  expect(first?.[0]?.[0]).toBeCloseTo(112.0005, 9);
  expect(first).toHaveLength(4);
  expect(second?.at(-1)?.[0]).toBeCloseTo(112.0045, 9);
  expect(cut(path, 40_000, 90_000)).toEqual([]);
});

test('a place is found at the moment the track was nearest to it', () => {
  expect(nearestMoment(path, [112.0015, 31.0001], 0, 3)).toBeCloseTo(15_000, 3);
  expect(nearestMoment(path, [111, 31], 0, 3)).toBe(0);
});

test('a speed is told only of a known way', () => {
  // A thousandth of a degree at 31°N is 95.3 m.
  expect(speedBetween(path, 0)).toBeCloseTo(9.53, 2);
  expect(speedBetween(path, 3)).toBeNull();
  expect(speedBetween(path, 5)).toBeNull();
  expect(speedBetween(pathOf([run('unknown', 0, [0, 600])]), 0)).toBeNull();
});

test('pieces are of one class, short, numbered in the order of time', () => {
  const long = pathOf([run('inside', 0, Array.from({ length: 60 }, (_, index) => index * 10)), run('outside', 59, [590, 600])]);
  const chunks = chunksOf(long);
  expect(chunks.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
  expect(chunks.map(({ properties }) => [properties.class, properties.first, properties.last])).toEqual([
    ['inside', 0, 24],
    ['inside', 24, 48],
    ['inside', 48, 59],
    ['outside', 59, 60],
  ]);
  expect(chunks[0]?.geometry.coordinates).toHaveLength(25);
});

test('no piece reaches over a break', () => {
  expect(chunksOf(path).map(({ properties: { first, last } }) => [first, last])).toEqual([
    [0, 2],
    [2, 3],
    [4, 5],
  ]);
});

test('what was played grows piece by piece', () => {
  const chunks = chunksOf(path);
  expect([0, 19_999, 20_000, 60_000, 110_000].map((ms) => playedOf(chunks, path, ms))).toEqual([0, 0, 1, 2, 3]);
});
