/** Counts while somebody sketches: who lives inside a polygon, and who on which side of a line. */
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { boundsOf } from '../geometry';

/** Households that stay together: at one place, or on ground of which these are some. */
export interface Held {
  places: readonly Position[];
  households: number;
}

export interface Sides {
  left: number;
  right: number;
}

type Vector = [x: number, y: number];

/** How many times the size of everything in question a line is led on: beyond all of it, in whatever direction. */
const FAR = 4;

/** Sum up households. */
export function total(held: readonly Held[]): number {
  return held.reduce((sum, { households }) => sum + households, 0);
}

/** Return what lies within a geometry, at least by half; holes are not within. */
export function within(held: readonly Held[], geometry: Polygon | MultiPolygon): Held[] {
  const isWithin = insideOf(geometry);
  return held.filter(({ places }) => isMostly(places, isWithin));
}

/** How many places are looked at in each direction of some ground. */
const LATTICE = 8;

/** Return places all over some ground, by which to tell where most of it lies. */
export function placesOn(ground: Polygon): Position[] {
  const [west, south, east, north] = boundsOf(ground.coordinates) ?? [0, 0, 0, 0];
  const steps = Array.from({ length: LATTICE }, (_, step) => (step + 0.5) / LATTICE);
  const all = steps.flatMap((x) => steps.map((y): Position => [west + x * (east - west), south + y * (north - south)]));
  const found = all.filter(insideOf(ground));
  // Ground narrower than the lattice: its corners stand for it.
  return found.length > 0 ? found : (ground.coordinates[0] ?? []);
}

function insideOf(geometry: Polygon | MultiPolygon): (at: Position) => boolean {
  const parts = partsOf(geometry);
  const [west, south, east, north] = boundsOf(parts) ?? [0, 0, -1, -1];
  return ([x = 0, y = 0]) => {
    if (x < west || x > east || y < south || y > north) return false;
    return parts.some((rings) => isOdd(rings.reduce((sum, ring) => sum + crossings(ring, x, y), 0)));
  };
}

/** Say whether at least half of the places are so. */
export function isMostly(places: readonly Position[], is: (at: Position) => boolean): boolean {
  return 2 * places.filter(is).length >= places.length;
}

/**
 * Count on each side of a line, its ends led on without end; `null` while it is no line yet.
 *
 * Left is seen in the direction in which it was drawn. What stays together counts where most of it lies.
 */
export function sidesOf(held: readonly Held[], line: readonly Position[]): Sides | null {
  const isLeft = leftOf(line, held.flatMap(({ places }) => places));
  if (!isLeft) return null;
  const left = total(held.filter(({ places }) => isMostly(places, isLeft)));
  return { left, right: total(held) - left };
}

/**
 * Return what tells whether a point lies left of a line whose ends are led on without end.
 *
 * A ray from the point crosses the line an even number of times where it ends on the point's own side. It goes in
 * the direction farthest from both ends', so that it leaves them behind; which side it ends on is known beforehand.
 */
export function leftOf(line: readonly Position[], around: readonly Position[] = []): ((at: Position) => boolean) | null {
  const drawn = withoutRepeats(line);
  const ends = endsOf(drawn);
  if (!ends) return null;
  const { first, last } = ends;
  const turn = counterClockwise(last, first);
  const rayEndsLeft = turn >= Math.PI;
  const ray = rayEndsLeft ? turned(last, turn / 2) : turned(first, (2 * Math.PI - turn) / 2);
  // Along the ray and across it.
  const seen = ([x = 0, y = 0]: Position): Vector => [x * ray[0] + y * ray[1], y * ray[0] - x * ray[1]];
  const path = ledOn(drawn, around).map(seen);
  return (at) => {
    const [along, across] = seen(at);
    return isOdd(crossings(path, along, across)) !== rayEndsLeft;
  };
}

/** Return a line with those ends led on, beyond a geometry, that lie within it. */
export function ledOut(line: readonly Position[], geometry: Polygon | MultiPolygon): Position[] {
  const drawn = withoutRepeats(line);
  const led = ledOn(drawn, partsOf(geometry).flat(2));
  const isWithin = insideOf(geometry);
  return [
    ...(drawn.slice(0, 1).some(isWithin) ? led.slice(0, 1) : []),
    ...drawn,
    ...(drawn.slice(-1).some(isWithin) ? led.slice(-1) : []),
  ];
}

/** Return the polygons of an outline. */
export function partsOf(geometry: Polygon | MultiPolygon): Position[][][] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** Return a line with one more point far out at each end. */
function ledOn(line: readonly Position[], around: readonly Position[]): Position[] {
  const ends = endsOf(line);
  const bounds = boundsOf([...line, ...around]);
  if (!ends || !bounds) return [...line];
  const far = FAR * Math.hypot(bounds[2] - bounds[0], bounds[3] - bounds[1]);
  const beyond = ([x = 0, y = 0]: Position, [dx, dy]: Vector): Position => [x + far * dx, y + far * dy];
  return [beyond(line[0] as Position, ends.first), ...line, beyond(line.at(-1) as Position, ends.last)];
}

/** Return the directions in which the two ends of a line point, of length one. */
function endsOf(line: readonly Position[]): { first: Vector; last: Vector } | null {
  const [start, second] = line;
  const [before, end] = line.slice(-2);
  if (!start || !second || !before || !end) return null;
  return { first: direction(second, start), last: direction(before, end) };
}

function direction([x1 = 0, y1 = 0]: Position, [x2 = 0, y2 = 0]: Position): Vector {
  const length = Math.hypot(x2 - x1, y2 - y1);
  return [(x2 - x1) / length, (y2 - y1) / length];
}

/** Return how far to turn from one direction to another, counter-clockwise, from 0 to 2 π. */
function counterClockwise([x1, y1]: Vector, [x2, y2]: Vector): number {
  const angle = Math.atan2(x1 * y2 - y1 * x2, x1 * x2 + y1 * y2);
  return angle < 0 ? angle + 2 * Math.PI : angle;
}

function turned([x, y]: Vector, angle: number): Vector {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos];
}

/** Return a line without repeated places: while it is drawn it ends under the pointer, often where it was clicked. */
export function withoutRepeats(line: readonly Position[]): Position[] {
  return line.filter((at, index) => index === 0 || at[0] !== line[index - 1]?.[0] || at[1] !== line[index - 1]?.[1]);
}

/** Count how often a path crosses the ray that starts at a point and goes towards larger x. */
function crossings(path: readonly Position[], x: number, y: number): number {
  let count = 0;
  for (let index = 1; index < path.length; index += 1) {
    const [x1 = 0, y1 = 0] = path[index - 1] as Position;
    const [x2 = 0, y2 = 0] = path[index] as Position;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) count += 1;
  }
  return count;
}

function isOdd(count: number): boolean {
  return count % 2 === 1;
}
