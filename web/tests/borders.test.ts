import type { MultiPolygon, Polygon, Position } from 'geojson';
import { expect, test } from 'vitest';
import { dragged, inOneLine, sharedBorder, withHandles } from '../src/plan/borders';

const polygon = (...ring: Position[]): Polygon => ({ type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] });

const west = polygon([0, 0], [1, 0], [1, 1], [1, 2], [0, 2]);
const east = polygon([1, 0], [2, 0], [2, 2], [1, 2], [1, 1]);

test('neighbours share a line from junction to junction, whichever way each is drawn', () => {
  const [line, ...others] = sharedBorder(west, east);
  expect(others).toEqual([]);
  expect(line && [line, line.toReversed()]).toContainEqual([[1, 0], [1, 1], [1, 2]]);
  const turned: Polygon = { type: 'Polygon', coordinates: east.coordinates.map((ring) => ring.toReversed()) };
  expect(sharedBorder(west, turned)[0]).toHaveLength(3);
  expect(sharedBorder(west, polygon([5, 5], [6, 5], [6, 6]))).toEqual([]);
});

test('what meets in one point only shares nothing', () => {
  expect(sharedBorder(west, polygon([1, 2], [2, 2], [2, 3], [1, 3]))).toEqual([]);
});

test('a border in two stretches becomes one line, the nearest ends joined', () => {
  const ring: MultiPolygon = {
    type: 'MultiPolygon',
    coordinates: [[[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]], [[[1, 1.5], [2, 1.5], [2, 2], [1, 2], [1, 1.5]]]],
  };
  const other = polygon([0, 0], [1, 0], [1, 1], [1, 1.5], [1, 2], [0, 2]);
  const lines = sharedBorder(other, ring);
  expect(lines).toHaveLength(2);
  const whole = inOneLine(lines);
  expect(whole.map(([, y]) => y)).toSatisfy(
    (ys: number[]) => String(ys) === '0,1,1.5,2' || String(ys) === '2,1.5,1,0',
  );
  expect(inOneLine([])).toEqual([]);
});

test('an enclave is bounded by a ring', () => {
  const inner = polygon([1, 1], [2, 1], [2, 2]);
  const outer: Polygon = { type: 'Polygon', coordinates: [...polygon([0, 0], [3, 0], [3, 3], [0, 3]).coordinates, ...inner.coordinates] };
  const [ring] = sharedBorder(outer, inner);
  expect(ring).toHaveLength(4);
  expect(ring?.[0]).toEqual(ring?.at(-1));
});

test('a straight border has its junctions and a middle; small bends have no handle', () => {
  const { line, handles } = withHandles([[0, 0], [0.01, 3], [0, 10]], 0.1, 1);
  expect(handles.map(({ kind }) => kind)).toEqual(['junction', 'middle', 'junction']);
  expect(handles.map(({ at }) => at)).toEqual([0, 2, 3]);
  expect(line).toHaveLength(4);
  expect(line[2]?.[1]).toBeCloseTo(5, 3);
  const bent = withHandles([[0, 0], [3, 3], [0, 6]], 0.1, 2);
  expect(bent.handles.map(({ kind }) => kind)).toEqual(['junction', 'bend', 'junction']);
});

test('handles keep apart, however dense the vertices are', () => {
  const dense = Array.from({ length: 200 }, (_, index): Position => [Math.sin(index / 4) * 0.02, index / 100]);
  const { line, handles } = withHandles(dense, 0.001, 0.1);
  for (let index = 1; index < handles.length; index += 1) {
    const [a, b] = [line[handles[index - 1]?.at ?? 0], line[handles[index]?.at ?? 0]];
    expect(Math.hypot((a?.[0] ?? 0) - (b?.[0] ?? 0), (a?.[1] ?? 0) - (b?.[1] ?? 0))).toBeGreaterThan(0.09);
  }
  expect(line.filter((place) => dense.some((at) => String(at) === String(place)))).toHaveLength(200);
});

test('what lies between the handles follows in part, the rest stays', () => {
  const handled = { line: [[0, 0], [0, 1], [0, 2], [0, 3], [0, 4]] as Position[], handles: [{ at: 0, kind: 'junction' }, { at: 2, kind: 'bend' }, { at: 4, kind: 'junction' }] as const };
  const line = dragged({ line: handled.line, handles: [...handled.handles] }, 1, [1, 2]);
  expect(line).toEqual([[0, 0], [0.5, 1], [1, 2], [0.5, 3], [0, 4]]);
  expect(dragged({ line: handled.line, handles: [...handled.handles] }, 0, [1, 0])[4]).toEqual([0, 4]);
  expect(handled.line[2]).toEqual([0, 2]);
});
