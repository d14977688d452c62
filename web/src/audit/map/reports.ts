/** Incidents and hazards: another shape each, a ring when overdue, fainter when closed. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { REGULAR } from '../../map/fonts';
import type { Palette } from '../../map/palette';

/** The sign of each kind on the map and in the legend. */
export const SIGN = { incident: '●', hazard: '◆' } as const;

/** Text sizes by severity. */
const sizes = (scale: number): ExpressionSpecification => [
  'match',
  ['get', 'severity'],
  1,
  14 * scale,
  2,
  17 * scale,
  21 * scale,
];

/** Return the layers of both kinds. */
export function reportLayers(p: Palette): LayerSpecification[] {
  return (['incident', 'hazard'] as const).flatMap((kind) => kindLayers(kind, p));
}

function kindLayers(kind: 'incident' | 'hazard', p: Palette): LayerSpecification[] {
  const closed: ExpressionSpecification = ['==', ['get', 'state'], 'closed'];
  return [
    {
      id: `${kind}-overdue`,
      type: 'circle',
      source: `${kind}s`,
      filter: ['==', ['get', 'overdue'], true],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 13, 6, 16.5, 12],
        'circle-color': 'transparent',
        'circle-stroke-color': p.overdue,
        'circle-stroke-width': 2,
      },
    },
    {
      id: kind,
      type: 'symbol',
      source: `${kind}s`,
      layout: {
        'text-field': SIGN[kind],
        'text-font': REGULAR,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, sizes(0.55), 16.5, sizes(1)],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: {
        'text-color': p[kind],
        'text-halo-color': p.halo,
        'text-halo-width': 1.5,
        'text-opacity': ['case', closed, 0.45, 1],
      },
    },
  ];
}
