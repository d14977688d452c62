/** A day's track: grey, blue where it was played, a band behind what is asked for; dashes tell the class. */
import type { FilterSpecification, LayerSpecification, LineLayerSpecification } from 'maplibre-gl';
import type { SegmentClass } from '../../api/shapes';
import { REGULAR } from '../../map/fonts';
import { CLASSES, LOOKS } from './looks';
import type { Palette } from '../../map/palette';
import type { ReplayColours } from './colours';

/** The layers that a pointer finds the track by. */
export const WAYS: readonly string[] = CLASSES.map((name) => `track-${name}`);

const round = { 'line-cap': 'round', 'line-join': 'round' } as const;

/** Lines of the track with a casing that lifts them off the map. */
export function trackLineLayers(p: Palette, { ahead, played, focus }: ReplayColours): LayerSpecification[] {
  const line = { type: 'line', source: 'track' } as const;
  const known: FilterSpecification = ['!=', ['get', 'class'], 'unknown'];
  return [
    {
      ...line,
      id: 'track-casing',
      filter: known,
      layout: round,
      paint: { 'line-color': p.casing, 'line-width': 7.5, 'line-opacity': 0.9 },
    },
    {
      id: 'track-focus',
      type: 'line',
      source: 'focus',
      layout: round,
      paint: { 'line-color': focus, 'line-width': ['interpolate', ['linear'], ['zoom'], 13, 9, 17, 14] },
    },
    ...CLASSES.map((name) => wayLayer(name, `track-${name}`, { 'line-color': ahead })),
    // Over all that is ahead: a street that is walked again later stays blue.
    ...CLASSES.map((name) =>
      wayLayer(name, `played-${name}`, {
        'line-color': played,
        'line-opacity': ['case', ['boolean', ['feature-state', 'played'], false], 1, 0],
      }),
    ),
    {
      id: 'replay-way',
      type: 'line',
      source: 'replay',
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: round,
      paint: { 'line-color': played, 'line-width': ['interpolate', ['linear'], ['zoom'], 13, 3, 17, 5] },
    },
  ];
}

function wayLayer(name: SegmentClass, id: string, paint: LineLayerSpecification['paint']): LayerSpecification {
  const { width, dash } = LOOKS[name];
  return {
    id,
    type: 'line',
    source: 'track',
    filter: ['==', ['get', 'class'], name],
    layout: { 'line-cap': name === 'unknown' || !dash ? 'round' : 'butt', 'line-join': 'round' },
    paint: {
      ...paint,
      'line-width': ['interpolate', ['linear'], ['zoom'], 13, width * 0.75, 17, width * 1.2],
      ...(dash && { 'line-dasharray': dash }),
    },
  };
}

/** Flagged fixes as crosses, start and end as named points. */
export function trackPointLayers(p: Palette, { ahead }: ReplayColours): LayerSpecification[] {
  return [
    {
      id: 'fixes',
      type: 'symbol',
      source: 'fixes',
      layout: {
        'text-field': '✕',
        'text-font': REGULAR,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 9, 17, 15],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': p.flagged, 'text-halo-color': p.casing, 'text-halo-width': 1.6 },
    },
    {
      id: 'ends',
      type: 'circle',
      source: 'track-ends',
      paint: {
        'circle-radius': 5,
        'circle-color': ['match', ['get', 'end'], 'start', p.casing, ahead],
        'circle-stroke-color': ['match', ['get', 'end'], 'start', ahead, p.casing],
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'end-names',
      type: 'symbol',
      source: 'track-ends',
      layout: {
        'text-field': ['get', 'text'],
        'text-font': REGULAR,
        'text-size': 12,
        'text-anchor': 'left',
        'text-offset': [0.9, 0],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 2 },
    },
  ];
}
