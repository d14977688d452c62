/** Incidents and hazards: another shape each, a ring when overdue, fainter when closed. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { REGULAR } from './fonts';
import type { Palette } from './palette';

/** The sign of each kind on the map and in the legend. */
export const SIGN = { incident: '●', hazard: '◆' } as const;

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
        'circle-radius': 11,
        'circle-color': 'transparent',
        'circle-stroke-color': p.overdue,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: kind,
      type: 'symbol',
      source: `${kind}s`,
      layout: {
        'text-field': SIGN[kind],
        'text-font': REGULAR,
        'text-size': ['match', ['get', 'severity'], 1, 14, 2, 17, 21],
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
