import type { MultiPolygon, Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';
import { ledOut, leftOf, placesOn, sidesOf, total, within, type Held } from '../src/plan/sides';

/** A lattice of one household a point, from 0.5 to 9.5 each way: a hundred in all. */
const town: Held[] = Array.from({ length: 100 }, (_, index) => ({
  places: [[(index % 10) + 0.5, Math.floor(index / 10) + 0.5]],
  households: 1,
}));

const square = (from: number, to: number): Position[] => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
  [from, from],
];

test('a hole and the ground between parts hold nobody', () => {
  const ring: Polygon = { type: 'Polygon', coordinates: [square(0, 10), square(2, 4)] };
  expect(total(within(town, ring))).toBe(96);
  const parts: MultiPolygon = { type: 'MultiPolygon', coordinates: [[square(0, 1)], [square(5, 7)]] };
  expect(total(within(town, parts))).toBe(1 + 4);
  expect(within(town, { type: 'MultiPolygon', coordinates: [] })).toEqual([]);
});

test('left and right are as one walks along the line', () => {
  expect(sidesOf(town, [[3, -1], [3, 11]])).toEqual({ left: 30, right: 70 });
  expect(sidesOf(town, [[3, 11], [3, -1]])).toEqual({ left: 70, right: 30 });
  expect(sidesOf(town, [[-1, 2], [11, 2]])).toEqual({ left: 80, right: 20 });
});

test('a line that ends inside counts as if it went on', () => {
  expect(sidesOf(town, [[3, 4], [3, 5]])).toEqual({ left: 30, right: 70 });
  // A corner: up from below, then out to the right.
  expect(sidesOf(town, [[6, 0], [6, 6], [9, 6]])).toEqual({ left: 100 - 24, right: 24 });
});

test('ground goes whole to where most of it lies', () => {
  const block: Polygon = { type: 'Polygon', coordinates: [square(0, 6)] };
  const held: Held[] = [{ places: placesOn(block), households: 50 }];
  expect(sidesOf(held, [[2, -1], [2, 7]])).toEqual({ left: 0, right: 50 });
  expect(sidesOf(held, [[4, -1], [4, 7]])).toEqual({ left: 50, right: 0 });
  expect(total(within(held, { type: 'Polygon', coordinates: [square(0, 3)] }))).toBe(0);
  expect(total(within(held, { type: 'Polygon', coordinates: [square(-1, 5)] }))).toBe(50);
  // A strip that lies between the places of the lattice.
  const strip: Polygon = { type: 'Polygon', coordinates: [[[0, 0], [6, 6], [6, 6.001], [0, 0.001], [0, 0]]] };
  expect(placesOn(strip).length).toBeGreaterThan(0);
});

test('a line that comes back, and one that crosses several times', () => {
  // Like a U open at the top: what lies in it is to the left.
  expect(sidesOf(town, [[2, 12], [2, 2], [5, 2], [5, 12]])).toEqual({ left: 24, right: 76 });
  // Like a hairpin: both ends go off to the same side.
  expect(sidesOf(town, [[-5, 3], [4, 3], [4, 6], [-5, 6]])).toEqual({ left: 12, right: 88 });
});

test.each(Array.from({ length: 60 }, (_, seed) => seed))('households are conserved, line %i', (seed) => {
  const random = (index: number): number => ((Math.sin(seed * 97.13 + index * 41.7) * 1e4) % 1) * 12;
  const line = Array.from({ length: 2 + (seed % 6) }, (_, index) => [random(2 * index), random(2 * index + 1)]);
  const sides = sidesOf(town, line);
  expect(sides && sides.left + sides.right).toBe(100);
  const back = sidesOf(town, line.toReversed());
  expect(back).toEqual(sides && { left: sides.right, right: sides.left });
});

test('what is no line yet has no sides', () => {
  expect(sidesOf(town, [])).toBeNull();
  expect(sidesOf(town, [[1, 1]])).toBeNull();
  expect(sidesOf(town, [[1, 1], [1, 1]])).toBeNull();
  // The pointer rests where it was clicked.
  expect(sidesOf(town, [[3, -1], [3, 11], [3, 11]])).toEqual({ left: 30, right: 70 });
});

test('each side of a straight line is told, in whatever direction it goes', () => {
  for (let angle = 0.1; angle < 6.3; angle += 0.2) {
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    const isLeft = leftOf([[0, 0], [dx, dy]]);
    expect(isLeft?.([-dy, dx])).toBe(true);
    expect(isLeft?.([dy, -dx])).toBe(false);
  }
});

test('only ends within the grid are led out of it', () => {
  const grid: Polygon = { type: 'Polygon', coordinates: [square(0, 10)] };
  const through: Position[] = [[-1, 5], [11, 5]];
  expect(ledOut(through, grid)).toEqual(through);
  const led = ledOut([[-1, 5], [4, 5]], grid);
  expect(led.slice(0, 2)).toEqual([[-1, 5], [4, 5]]);
  expect(led[2]?.[0]).toBeGreaterThan(10);
  expect(ledOut([[4, 4], [4, 5]], grid)).toHaveLength(4);
});
