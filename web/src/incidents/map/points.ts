/** How incidents look on the map: shape and colour say how urgent, size how severe; many near each other are one circle. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { REGULAR } from '../../map/fonts';
import type { Palette } from '../../map/palette';
import type { SourceLooks } from '../../map/quiet';
import { SHAPE, type Sign } from '../deadline';

/** From this zoom on each incident stands for itself. */
const EACH = 15;

export const LOOKS: SourceLooks = {
  incidents: {
    cluster: true,
    clusterRadius: 34,
    clusterMaxZoom: EACH - 1,
    clusterMinPoints: 4,
    clusterProperties: {
      urgent: ['+', ['case', ['in', ['get', 'sign'], ['literal', ['emergency', 'red']]], 1, 0]],
    },
  },
};

export const POINTS = 'incident';
export const CLUSTERS = 'cluster';

const isCluster: ExpressionSpecification = ['has', 'point_count'];

export function colorsOf(p: Palette): Record<Sign, string> {
  const { inside, uncertain, unknown } = p.class;
  return { emergency: p.flagged, red: p.overdue, yellow: uncertain, open: inside, closed: unknown };
}

const bySign = <T extends string>(of: Record<Sign, T>): ExpressionSpecification =>
  ['match', ['get', 'sign'], 'emergency', of.emergency, 'red', of.red, 'yellow', of.yellow, 'closed', of.closed, of.open] as never;

/** Text sizes by severity. */
const sizes = (scale: number): ExpressionSpecification => [
  'match',
  ['get', 'severity'],
  1,
  15 * scale,
  2,
  19 * scale,
  24 * scale,
];

/** Return the layers of the page, from the bottom to the top. */
export function incidentLayers(p: Palette): LayerSpecification[] {
  const colors = colorsOf(p);
  return [
    {
      id: 'chosen',
      type: 'circle',
      source: 'chosen',
      paint: {
        'circle-radius': 17,
        'circle-color': p.selected,
        'circle-opacity': 0.22,
        'circle-stroke-color': p.selected,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: CLUSTERS,
      type: 'circle',
      source: 'incidents',
      filter: isCluster,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['get', 'point_count'], 4, 13, 60, 22, 400, 32],
        'circle-color': p.land,
        'circle-stroke-color': ['case', ['>', ['get', 'urgent'], 0], colors.red, colors.open],
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'cluster-number',
      type: 'symbol',
      source: 'incidents',
      filter: isCluster,
      layout: {
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': REGULAR,
        'text-size': 13,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': p.text },
    },
    {
      id: POINTS,
      type: 'symbol',
      source: 'incidents',
      filter: ['!', isCluster],
      layout: {
        'text-field': bySign(SHAPE),
        'text-font': REGULAR,
        'text-size': ['interpolate', ['linear'], ['zoom'], 12, sizes(0.7), 16.5, sizes(1.15)],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
        'symbol-sort-key': ['get', 'severity'],
      },
      paint: { 'text-color': bySign(colors), 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
    },
  ];
}
