import type { Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';
import { boundsOf, labelPoint } from '../src/geometry';

const polygon = (...rings: Position[][]): Polygon => ({ type: 'Polygon', coordinates: rings });
const square = (west: number, south: number, size: number): Position[] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];

test('bounds hold every point at any depth', () => {
  expect(boundsOf([[[[1, 2], [3, -1]]], [[[0, 5]]]])).toEqual([0, -1, 3, 5]);
  expect(boundsOf([])).toBeNull();
});

test('the label of a square stands in its middle', () => {
  const [lon = 0, lat = 0] = labelPoint(polygon(square(112, 31, 0.01)));
  expect(lon).toBeCloseTo(112.005, 3);
  expect(lat).toBeCloseTo(31.005, 3);
});

test('the label of a bent grid stands inside it', () => {
  const bent = [[0, 0], [10, 0], [10, 2], [2, 2], [2, 10], [0, 10], [0, 0]];
  const [x = 0, y = 0] = labelPoint(polygon(bent));
  expect(x < 2 || y < 2).toBe(true);
  expect(Math.min(x, y)).toBeGreaterThan(0);
});

test('the label keeps out of a hole', () => {
  const [x = 0, y = 0] = labelPoint(polygon(square(0, 0, 10), square(2, 2, 6)));
  expect(x < 2 || x > 8 || y < 2 || y > 8).toBe(true);
});

test('the label goes to the largest part', () => {
  const [x = 0] = labelPoint({ type: 'MultiPolygon', coordinates: [[square(0, 0, 1)], [square(5, 0, 3)]] });
  expect(x).toBeGreaterThan(5);
});
