/** What is unchanged is not drawn again: signals that stay the very same object while what they hold does. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Feature, Point } from 'geojson';

/** Return a signal of what is made, or of what was made before while that is the same. */
export function steady<T>(make: () => T, isSame: (one: T, other: T) => boolean): ReadonlySignal<T> {
  let last: { made: T } | null = null;
  return computed(() => {
    const made = make();
    if (last === null || !isSame(last.made, made)) last = { made };
    return last.made;
  });
}

export function sameEntries<K, V>(one: ReadonlyMap<K, V>, other: ReadonlyMap<K, V>): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of other) if (!one.has(key) || one.get(key) !== value) return false;
  return true;
}

export function sameKeys<K>(one: ReadonlyMap<K, unknown>, other: ReadonlyMap<K, unknown>): boolean {
  if (one.size !== other.size) return false;
  for (const key of other.keys()) if (!one.has(key)) return false;
  return true;
}

export function sameValues(one: readonly unknown[] | null, other: readonly unknown[] | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/** Whether points are at the same places in the same order, and say the same. */
export function samePlaces(one: readonly Feature<Point>[], other: readonly Feature<Point>[]): boolean {
  return one.length === other.length && one.every((place, at) => isSamePlace(place, other[at] as Feature<Point>));
}

function isSamePlace(one: Feature<Point>, other: Feature<Point>): boolean {
  if (!sameValues(one.geometry.coordinates, other.geometry.coordinates)) return false;
  const [said, before] = [one.properties ?? {}, other.properties ?? {}];
  return Object.keys(said).every((name) => said[name] === before[name]);
}
