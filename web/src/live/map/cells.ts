/** The outlines of cells, each computed once, and when somebody was last seen in them. */
import { cellToBoundary } from 'h3-js';
import type { Feature, FeatureCollection, Polygon, Position } from 'geojson';
import type { LiveCell } from '../../api/types';

const outlines = new Map<string, Feature<Polygon>>();

function outlineOf(cell: string): Feature<Polygon> {
  const known = outlines.get(cell);
  if (known) return known;
  const ring = cellToBoundary(cell, true) as Position[];
  const made: Feature<Polygon> = {
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [ring] },
    properties: { cell },
  };
  outlines.set(cell, made);
  return made;
}

/** Return when somebody was last seen in each cell; a cell on the border of two grids is of both. */
export function lastSeen(cells: Iterable<LiveCell>): Map<string, string> {
  const latest = new Map<string, string>();
  for (const { cell, seen_at: at } of cells) {
    const before = latest.get(cell);
    if (before === undefined || Date.parse(before) < Date.parse(at)) latest.set(cell, at);
  }
  return latest;
}

export function cellOutlines(cells: Iterable<string>): FeatureCollection<Polygon> {
  return { type: 'FeatureCollection', features: [...cells].map(outlineOf) };
}
