/** The box within which positions are told: none from afar, and the same one for small movements of the map. */
import type { Bounds } from '../geometry';

/** From this zoom on somebody's position is told. */
export const NEAR_ZOOM = 13;

/** Edges lie on a lattice of a quarter of the view, so a box holds while one moves less than that. */
const PARTS = 4;

/** The program tells positions in no larger box. */
const WIDEST_DEG = 0.5;

/** Return a box somewhat larger than a view, the same one for small movements. */
export function roomAround(bounds: Bounds): Bounds {
  return snapped(bounds, stepOf(bounds));
}

/** Return what is asked for around a view; `null` from afar, where nobody's position is told. */
export function boxAround(bounds: Bounds, zoom: number): Bounds | null {
  if (zoom < NEAR_ZOOM) return null;
  const [west, south, east, north] = bounds;
  const largest = stepOf(bounds);
  for (const step of [largest, largest / 2, largest / 4, largest / 8]) {
    const box = snapped(bounds, step);
    if (box[2] - box[0] <= WIDEST_DEG && box[3] - box[1] <= WIDEST_DEG) return box;
  }
  // A very large screen: as much of its middle as there may be.
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  const [wide, high] = [east - west, north - south].map((size) => Math.min(size, WIDEST_DEG - 1e-5) / 2) as [number, number];
  return [clean(lon - wide), clean(lat - high), clean(lon + wide), clean(lat + high)];
}

function stepOf([west, south, east, north]: Bounds): number {
  return 2 ** Math.ceil(Math.log2(Math.max(east - west, north - south) / PARTS));
}

function snapped([west, south, east, north]: Bounds, step: number): Bounds {
  const down = (value: number): number => clean((Math.floor(value / step) - 1) * step);
  const up = (value: number): number => clean((Math.ceil(value / step) + 1) * step);
  return [Math.max(-180, down(west)), Math.max(-90, down(south)), Math.min(180, up(east)), Math.min(90, up(north))];
}

/** Return the box to ask for now: the one from before, where it holds the view and is not much larger. */
export function nextBox(before: Bounds | null, bounds: Bounds, zoom: number): Bounds | null {
  const around = boxAround(bounds, zoom);
  if (before === null || around === null) return around;
  const holds = before[0] <= bounds[0] && before[1] <= bounds[1] && before[2] >= bounds[2] && before[3] >= bounds[3];
  const isMuchLarger = before[2] - before[0] > 3 * (around[2] - around[0]);
  return holds && !isMuchLarger ? before : around;
}

function clean(value: number): number {
  return Number(value.toFixed(6));
}
