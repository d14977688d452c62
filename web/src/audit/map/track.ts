/** A day's track: one look per class (colour, width and dash), flagged fixes, start and end. */
import type { FilterSpecification, LayerSpecification } from 'maplibre-gl';
import { REGULAR } from '../../map/fonts';
import { CLASSES, LOOKS } from './looks';
import type { Palette } from '../../map/palette';

const ofKind = (kind: string): FilterSpecification => ['==', ['get', 'kind'], kind];

/** Lines of the track with a casing that lifts them off the map. */
export function trackLineLayers(p: Palette): LayerSpecification[] {
  const line = { type: 'line', source: 'track' } as const;
  const known: FilterSpecification = ['all', ofKind('segment') as never, ['!=', ['get', 'class'], 'unknown']];
  return [
    {
      ...line,
      id: 'track-casing',
      filter: known,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': p.casing, 'line-width': 7.5, 'line-opacity': 0.9 },
    },
    {
      ...line,
      id: 'track-focus',
      filter: ['==', ['get', 'start'], ''],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': p.selected, 'line-width': 13, 'line-opacity': 0.45 },
    },
    ...CLASSES.map((name): LayerSpecification => {
      const { width, dash } = LOOKS[name];
      return {
        ...line,
        id: `track-${name}`,
        filter: ['all', ofKind('segment') as never, ['==', ['get', 'class'], name]],
        layout: { 'line-cap': name === 'unknown' || !dash ? 'round' : 'butt', 'line-join': 'round' },
        paint: {
          'line-color': p.class[name],
          'line-width': ['interpolate', ['linear'], ['zoom'], 13, width * 0.75, 17, width * 1.2],
          ...(dash && { 'line-dasharray': dash }),
        },
      };
    }),
  ];
}

/** Flagged fixes as crosses, start and end as named points. */
export function trackPointLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'fixes',
      type: 'symbol',
      source: 'track',
      filter: ofKind('fix'),
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
        'circle-radius': 6,
        'circle-color': ['match', ['get', 'end'], 'start', p.casing, p.class.inside],
        'circle-stroke-color': ['match', ['get', 'end'], 'start', p.class.inside, p.casing],
        'circle-stroke-width': 3,
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
