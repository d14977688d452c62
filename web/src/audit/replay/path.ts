/** A day's track as columns: when and where each fix was taken, and of which class the way to the next one is. */
import type { Position } from 'geojson';
import type { SegmentClass } from '../../api/shapes';
import type { RunFeature } from '../track';

export interface Path {
  /** Epoch milliseconds, rising. */
  t: readonly number[];
  places: readonly Position[];
  /** `null`: the device did not say. */
  accuracyM: readonly (number | null)[];
  /** As the device measured it. */
  speedMps: readonly (number | null)[];
  /** Class of the way to the next fix; `null` where there is none, between two sessions of duty and at the end. */
  way: readonly (SegmentClass | null)[];
}

/** Where a moment is on a path. */
export interface Spot {
  place: Position;
  /** The last fix at or before the moment; the first one for what is before all. */
  index: number;
  /** `null`: the moment is on no way. */
  class: SegmentClass | null;
}

/** Lay runs, which are in the order of time, one behind the other; where two meet, their common fix is there once. */
export function pathOf(runs: readonly RunFeature[]): Path {
  const t: number[] = [];
  const places: Position[] = [];
  const accuracyM: (number | null)[] = [];
  const speedMps: (number | null)[] = [];
  const way: (SegmentClass | null)[] = [];
  for (const { geometry, properties: run } of runs) {
    const meets = t.at(-1) === run.t_ms[0];
    const first = meets ? 1 : 0;
    if (meets) way.pop();
    t.push(...run.t_ms.slice(first));
    places.push(...geometry.coordinates.slice(first));
    accuracyM.push(...run.accuracy_m.slice(first));
    speedMps.push(...run.speed_mps.slice(first));
    way.push(...run.t_ms.slice(1).map(() => run.class), null);
  }
  return { t, places, accuracyM, speedMps, way };
}

/** Return the last fix at or before a moment, -1 when all are after it. */
export function indexAt({ t }: Path, ms: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((t[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Return where a moment is: on the straight line between two fixes, else at the last fix. */
export function spotAt(path: Path, ms: number): Spot | null {
  if (path.t.length === 0) return null;
  const found = indexAt(path, ms);
  const index = Math.max(found, 0);
  const name = found < 0 ? null : (path.way[index] ?? null);
  if (name === null) return { place: path.places[index] as Position, index, class: lastClass(path, index, ms) };
  return { place: between(path, index, ms), index, class: name };
}

/** The last fix of a session still belongs to the way that led to it. */
function lastClass({ t, way }: Path, index: number, ms: number): SegmentClass | null {
  return t[index] === ms ? (way[index - 1] ?? null) : null;
}

function between({ t, places }: Path, index: number, ms: number): Position {
  const [from, to] = [t[index] as number, t[index + 1] as number];
  const [x1, y1] = places[index] as [number, number];
  const [x2, y2] = places[index + 1] as [number, number];
  const share = to > from ? (ms - from) / (to - from) : 1;
  return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
}

/** Return the ways within a stretch of time, cut exactly at its ends; one line for what has no break. */
export function cut(path: Path, from: number, to: number): Position[][] {
  const lines: Position[][] = [];
  let open: Position[] | null = null;
  for (let index = Math.max(indexAt(path, from), 0); index < path.t.length - 1; index += 1) {
    const [start, end] = [path.t[index] as number, path.t[index + 1] as number];
    if (start >= to) break;
    if (path.way[index] === null || end <= from) {
      open = null;
      continue;
    }
    if (!open) lines.push((open = [between(path, index, Math.max(start, from))]));
    open.push(between(path, index, Math.min(end, to)));
  }
  return lines;
}

/** Return the moment at which the path between two fixes came nearest to a place. */
export function nearestMoment(path: Path, [x, y]: Position, first: number, last: number): number {
  const shrink = Math.cos(((y as number) * Math.PI) / 180);
  let [best, nearest] = [path.t[first] as number, Infinity];
  for (let index = first; index < last; index += 1) {
    const [x1, y1] = path.places[index] as [number, number];
    const [x2, y2] = path.places[index + 1] as [number, number];
    const [dx, dy] = [(x2 - x1) * shrink, y2 - y1];
    const [px, py] = [((x as number) - x1) * shrink, (y as number) - y1];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
    const distance = Math.hypot(px - share * dx, py - share * dy);
    if (distance >= nearest) continue;
    const [from, to] = [path.t[index] as number, path.t[index + 1] as number];
    [best, nearest] = [from + (to - from) * share, distance];
  }
  return best;
}

const EARTH_M = 6_371_008.8;

/** Return the speed between a fix and the next one, metres a second; `null` where there is no known way. */
export function speedBetween({ t, places, way }: Path, index: number): number | null {
  const [from, to] = [t[index], t[index + 1]];
  if (from === undefined || to === undefined || to <= from) return null;
  if (way[index] === null || way[index] === 'unknown') return null;
  return metresBetween(places[index] as Position, places[index + 1] as Position) / ((to - from) / 1000);
}

/** The great circle between two places a few metres apart, flat enough. */
function metresBetween(a: Position, b: Position): number {
  const [x1, y1] = a as [number, number];
  const [x2, y2] = b as [number, number];
  const radians = Math.PI / 180;
  const dx = (x2 - x1) * Math.cos(((y1 + y2) / 2) * radians);
  return Math.hypot(dx, y2 - y1) * radians * EARTH_M;
}
