/** The little geometry that the page needs: bounds to go to, and where to write a label. */
import type { MultiPolygon, Polygon, Position } from 'geojson';

export type Bounds = [west: number, south: number, east: number, north: number];

type Nested = Position | Nested[];

/** Return the bounds of coordinates of any depth, or `null` when there are none. */
export function boundsOf(coordinates: readonly Nested[]): Bounds | null {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  grow(bounds, coordinates as Nested);
  return bounds[0] <= bounds[2] ? bounds : null;
}

function grow(bounds: Bounds, nested: Nested): void {
  const [lon, lat] = nested;
  if (typeof lon === 'number' && typeof lat === 'number') {
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat);
    return;
  }
  for (const inner of nested as Nested[]) grow(bounds, inner);
}

/** Whether two boxes have anything in common. */
export function meets(one: Bounds, other: Bounds): boolean {
  return one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
}

const COARSE = 14;
const FINE = 6;

/**
 * Return the roomiest point of the largest part: the one of a lattice, then of a finer one around it, that is
 * farthest from every border. A centroid may lie outside a bent grid or on its border.
 */
export function labelPoint(geometry: Polygon | MultiPolygon): Position {
  const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const largest = parts.reduce((best, part) => (areaOf(part[0]) > areaOf(best[0]) ? part : best));
  const [west, south, east, north] = boundsOf(largest) as Bounds;
  const coarse = roomiest(largest, [west, south, east, north], COARSE);
  const [x, y] = coarse as [number, number];
  const [dx, dy] = [(east - west) / COARSE, (north - south) / COARSE];
  return roomiest(largest, [x - dx, y - dy, x + dx, y + dy], FINE);
}

function areaOf(ring: Position[] = []): number {
  let twice = 0;
  for (let at = 1; at < ring.length; at += 1) {
    const [[x1, y1], [x2, y2]] = [ring[at - 1], ring[at]] as [Corner, Corner];
    twice += x1 * y2 - x2 * y1;
  }
  return Math.abs(twice) / 2;
}

type Corner = [x: number, y: number];

/** Numbers of each edge, one after the other: where it begins, and from there where it ends. */
function edgesOf(rings: Position[][]): Float64Array {
  const edges = new Float64Array(4 * rings.reduce((sum, ring) => sum + Math.max(0, ring.length - 1), 0));
  let end = 0;
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at += 1) {
      const [[x1, y1], [x2, y2]] = [ring[at - 1], ring[at]] as [Corner, Corner];
      edges.set([x1, y1, x2 - x1, y2 - y1], end);
      end += 4;
    }
  }
  return edges;
}

function roomiest(rings: Position[][], [west, south, east, north]: Bounds, steps: number): Position {
  const edges = edgesOf(rings);
  // Degrees of longitude are shorter; and a label is wider than it is high.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180) * 0.6;
  let best: Position = rings[0]?.[0] ?? [west, south];
  let most = -Infinity;
  for (let column = 0.5; column < steps; column += 1) {
    for (let row = 0.5; row < steps; row += 1) {
      const x = west + ((east - west) * column) / steps;
      const y = south + ((north - south) * row) / steps;
      // Of equally roomy points the one nearest to the middle wins.
      const off = 0.05 * Math.hypot(x - (west + east) / 2, y - (south + north) / 2);
      const room = roomAt(edges, x, y, shrink, most + off) - off;
      if (room > most && isInside(edges, x, y)) [best, most] = [[x, y], room];
    }
  }
  return best;
}

/** Return how far the nearest edge is; once that is known to be no more than `least`, something no larger. */
function roomAt(edges: Float64Array, x: number, y: number, shrink: number, least: number): number {
  const enough = least > 0 ? least * least : -1;
  let nearest = Infinity;
  for (let at = 0; at < edges.length && nearest > enough; at += 4) {
    const [dx, dy] = [(edges[at + 2] as number) * shrink, edges[at + 3] as number];
    const [px, py] = [(x - (edges[at] as number)) * shrink, y - (edges[at + 1] as number)];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
    nearest = Math.min(nearest, (px - share * dx) ** 2 + (py - share * dy) ** 2);
  }
  return Math.sqrt(nearest);
}

function isInside(edges: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let at = 0; at < edges.length; at += 4) {
    const [y1, dy] = [edges[at + 1] as number, edges[at + 3] as number];
    const isPassed = y1 > y !== y1 + dy > y;
    if (isPassed && x < (edges[at] as number) + ((y - y1) / dy) * (edges[at + 2] as number)) inside = !inside;
  }
  return inside;
}
