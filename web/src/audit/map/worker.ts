/** Where the worker is now: a point within the circle of its accuracy, hollow where nobody knows. */
import type { Feature, FeatureCollection } from 'geojson';
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl';
import type { Palette } from '../../map/palette';
import type { Chunk } from '../replay/chunks';
import { cut, spotAt, type Path } from '../replay/path';
import type { ReplayColours } from './colours';

/** Metres a pixel at zoom 20 on the equator, with tiles of 512 pixels. */
const METRES_A_PIXEL = 40_075_016.686 / 512 / 2 ** 20;

/** Return the worker's place at a moment, and the way that led there within the piece that the clock is in. */
export function workerAt(path: Path, piece: Chunk | undefined, ms: number): FeatureCollection {
  const spot = spotAt(path, ms);
  if (!spot) return { type: 'FeatureCollection', features: [] };
  const shrink = Math.cos(((spot.place[1] as number) * Math.PI) / 180);
  const accuracyM = spot.class === 'unknown' || spot.class === null ? 0 : (path.accuracyM[spot.index] ?? 0);
  const point: Feature = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: spot.place },
    properties: { class: spot.class ?? 'none', radius: accuracyM / (METRES_A_PIXEL * shrink) },
  };
  // Of unknown time no way was walked that anybody could draw.
  const start = piece && piece.class !== 'unknown' ? (path.t[piece.first] as number) : ms;
  const ways = cut(path, start, ms).map(
    (coordinates): Feature => ({ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: {} }),
  );
  return { type: 'FeatureCollection', features: [...ways, point] };
}

/** The point, on top of all. */
export function workerLayers(p: Palette, { played }: ReplayColours): LayerSpecification[] {
  const filter: FilterSpecification = ['==', ['geometry-type'], 'Point'];
  const point = { type: 'circle', source: 'replay', filter } as const;
  const isKnown: ExpressionSpecification = ['match', ['get', 'class'], ['inside', 'uncertain', 'outside'], true, false];
  return [
    {
      ...point,
      id: 'replay-accuracy',
      paint: {
        'circle-radius': ['interpolate', ['exponential', 2], ['zoom'], 0, 0, 20, ['get', 'radius']],
        'circle-color': played,
        'circle-opacity': 0.16,
        'circle-stroke-color': played,
        'circle-stroke-opacity': 0.5,
        'circle-stroke-width': 1,
      },
    },
    {
      ...point,
      id: 'replay-worker',
      paint: {
        'circle-radius': 8,
        'circle-color': ['case', isKnown, played, p.casing],
        'circle-stroke-color': ['case', isKnown, p.casing, played],
        'circle-stroke-width': 3,
      },
    },
  ];
}
