import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { roomAround } from '../src/live/box';
import { sameEntries, sameKeys, samePlaces, sameValues, steady } from '../src/live/map/steady';
import { meets, type Bounds } from '../src/geometry';

const place = (lon: number, lat: number, properties: Record<string, unknown> = {}) => ({
  type: 'Feature' as const,
  geometry: { type: 'Point' as const, coordinates: [lon, lat] },
  properties,
});

test('what holds the same is the very same object', () => {
  const source = signal([1, 2]);
  const held = steady(() => source.value.map((one) => one), sameValues);
  const first = held.value;
  source.value = [1, 2];
  expect(held.value).toBe(first);
  source.value = [1, 3];
  expect(held.value).toEqual([1, 3]);
});

test('entries, keys and places are compared by what they say', () => {
  expect(sameEntries(new Map([['a', 1]]), new Map([['a', 1]]))).toBe(true);
  expect(sameEntries(new Map([['a', 1]]), new Map([['a', 2]]))).toBe(false);
  expect(sameEntries(new Map([['a', null]]), new Map([['b', null]]))).toBe(false);
  expect(sameKeys(new Map([['a', 1]]), new Map([['a', 2]]))).toBe(true);
  expect(sameKeys(new Map([['a', 1]]), new Map([['b', 1]]))).toBe(false);
  expect(sameValues(null, [])).toBe(false);
  expect(samePlaces([place(1, 2, { kind: 'x' })], [place(1, 2, { kind: 'x' })])).toBe(true);
  expect(samePlaces([place(1, 2, { kind: 'x' })], [place(1, 2, { kind: 'y' })])).toBe(false);
  expect(samePlaces([place(1, 2)], [place(1, 3)])).toBe(false);
  expect(samePlaces([place(1, 2)], [])).toBe(false);
});

test('the room around a view holds it, and is the same one for small movements', () => {
  const view: Bounds = [112.03, 30.03, 112.13, 30.08];
  const room = roomAround(view);
  const moved = view.map((edge, at) => (at % 2 === 0 ? edge + 0.001 : edge)) as Bounds;
  expect(roomAround(moved)).toEqual(room);
  expect(room[0] < view[0] && room[1] < view[1] && room[2] > view[2] && room[3] > view[3]).toBe(true);
  expect(meets(room, view)).toBe(true);
  expect(meets(room, [113, 30, 114, 31])).toBe(false);
});
