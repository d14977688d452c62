import type { Position } from 'geojson';
import { expect, test } from 'vitest';
import type { Atoms } from '../src/api/shapes';
import { besides } from '../src/plan/neighbours';

/** Unit squares from west to east, two of grid 0, one each of 1, of none and of 2; above the first one of grid 3. */
const places: [x: number, y: number, label: number][] = [[0, 0, 0], [1, 0, 0], [2, 0, 1], [3, 0, -1], [4, 0, 2], [0, 1, 3]];

const features = places.map(([x, y, label], key) => {
  const ring: Position[] = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]];
  const properties = { key, label, households: 1, people: 2, buildings: 1 };
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties } as Atoms['features'][number];
});

test('beside ground are the grids that share an edge with it, and neither its own nor a gap', () => {
  const beside = besides({ features });
  expect(beside.of(new Set([0]))).toEqual([3]);
  expect(beside.of(new Set([1]))).toEqual([1]);
  expect(beside.of(new Set([0, 1])).toSorted()).toEqual([1, 3]);
  expect(beside.of(new Set([3])).toSorted()).toEqual([1, 2]);
  expect(beside.of(new Set())).toEqual([]);
});
