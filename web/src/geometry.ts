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

function areaOf(ring: Position[] | undefined): number {
  let twice = 0;
  for (const [[x1, y1], [x2, y2]] of edgesOf(ring ?? [])) twice += x1 * y2 - x2 * y1;
  return Math.abs(twice) / 2;
}

type Edge = [from: [number, number], to: [number, number]];

function edgesOf(ring: Position[]): Edge[] {
  return ring.slice(1).map((to, index) => [ring[index], to] as Edge);
}

function roomiest(rings: Position[][], [west, south, east, north]: Bounds, steps: number): Position {
  const edges = rings.flatMap(edgesOf);
  // Degrees of longitude are shorter; and a label is wider than it is high.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180) * 0.6;
  let best: Position = rings[0]?.[0] ?? [west, south];
  let most = -Infinity;
  for (let column = 0.5; column < steps; column += 1) {
    for (let row = 0.5; row < steps; row += 1) {
      const point: [number, number] = [
        west + ((east - west) * column) / steps,
        south + ((north - south) * row) / steps,
      ];
      if (!isInside(edges, point)) continue;
      // Of equally roomy points the one nearest to the middle wins.
      const off = Math.hypot(point[0] - (west + east) / 2, point[1] - (south + north) / 2);
      const room = Math.min(...edges.map((edge) => distanceTo(edge, point, shrink))) - 0.05 * off;
      if (room > most) [best, most] = [point, room];
    }
  }
  return best;
}

function isInside(edges: readonly Edge[], [x, y]: [number, number]): boolean {
  let inside = false;
  for (const [[x1, y1], [x2, y2]] of edges) {
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}

function distanceTo([[x1, y1], [x2, y2]]: Edge, [x, y]: [number, number], shrink: number): number {
  const [dx, dy] = [(x2 - x1) * shrink, y2 - y1];
  const [px, py] = [(x - x1) * shrink, y - y1];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
  return Math.hypot(px - share * dx, py - share * dy);
}
