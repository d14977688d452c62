/** Parts of a track by time, as the map draws them. */
import type { FeatureCollection } from 'geojson';
import { cut, type Path } from '../replay/path';
import type { Span } from '../replay/span';

/** Return what of a path lies within some stretches of time, a line for each that has no break. */
export function linesDuring(path: Path, spans: readonly Span[]): FeatureCollection {
  const lines = spans.flatMap(({ from, to }) => cut(path, from, to));
  return {
    type: 'FeatureCollection',
    features: lines.map((coordinates) => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates },
      properties: {},
    })),
  };
}
