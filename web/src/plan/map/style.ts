/** The style of the plan's map: draft grids over the quiet base map, what they are made of when near. */
import type {
  ExpressionSpecification,
  FilterSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import { baseSources, groundLayers, nameLayers, roadLayers } from '../../map/base';
import { REGULAR } from '../../map/fonts';
import { PALETTES, type Palette } from '../../map/palette';
import type { Theme } from '../../url';
import type { MapData } from './data';

/** The layers that are only for chosen grids. */
export const CHOSEN_LAYERS = ['chosen-fill', 'chosen-casing', 'chosen-line'] as const;

/** Return what picks atoms out of all. */
export function isOneOf(keys: Iterable<number>): FilterSpecification {
  return ['in', ['get', 'key'], ['literal', [...keys]]];
}

/** The layers of picked atoms. */
export const PICKED_LAYERS = ['picked-fill', 'picked-line'] as const;

/** Return what picks the chosen grids out of all. */
export function isChosen(labels: readonly number[]): FilterSpecification {
  return ['in', ['get', 'label'], ['literal', [...labels]]];
}

/** Return the style for a theme, what is shown on it, and which grids are chosen. */
export function styleOf(theme: Theme, data: MapData, chosen: readonly number[], origin: string): StyleSpecification {
  const p = PALETTES[theme];
  const sources = Object.entries(data).map(([name, collection]): [string, GeoJSONSourceSpecification] => [
    name,
    // Neighbours share their vertices: what is left out of one for being small would gape.
    { type: 'geojson', data: collection, tolerance: 0, ...(name === 'draft-grids' && { promoteId: 'label' }) },
  ]);
  return {
    version: 8,
    sources: { ...baseSources(origin), ...Object.fromEntries(sources) },
    layers: [
      ...groundLayers(theme),
      ...roadLayers(theme),
      ...fillLayers(p, chosen),
      ...nameLayers(theme),
      ...lineLayers(p, chosen),
      ...labelLayers(p),
    ],
  };
}

const byBand = (over: string, within: string, under: string): ExpressionSpecification => [
  'match',
  ['get', 'band'],
  'over',
  over,
  'under',
  under,
  within,
];

const hovered: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false];

function fillLayers(p: Palette, chosen: readonly number[]): LayerSpecification[] {
  return [
    {
      id: 'grid-fill',
      type: 'fill',
      source: 'draft-grids',
      paint: {
        'fill-color': byBand(p.band.over, p.selected, p.band.under),
        'fill-opacity': ['case', hovered, ['match', ['get', 'band'], 'in', 0.08, 0.34], ['match', ['get', 'band'], 'in', 0, 0.24]],
      },
    },
    {
      id: 'chosen-fill',
      type: 'fill',
      source: 'draft-grids',
      filter: isChosen(chosen),
      paint: { 'fill-color': p.selected, 'fill-opacity': 0.1 },
    },
    // Not seen, but found under the pointer while ground is picked.
    { id: 'atom-fill', type: 'fill', source: 'atoms', layout: { visibility: 'none' }, paint: { 'fill-opacity': 0 } },
    {
      id: 'picked-fill',
      type: 'fill',
      source: 'atoms',
      filter: isOneOf([]),
      paint: { 'fill-color': p.picked, 'fill-opacity': 0.42 },
    },
  ];
}

function lineLayers(p: Palette, chosen: readonly number[]): LayerSpecification[] {
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const;
  const line = { type: 'line', source: 'draft-grids', layout: round } as const;
  return [
    {
      id: 'atom-line',
      type: 'line',
      source: 'atoms',
      minzoom: 15.5,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.gridEdge,
        'line-width': 0.8,
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 15.5, 0, 16.2, 0.4],
      },
    },
    {
      id: 'community-line',
      type: 'line',
      source: 'areas',
      'source-layer': 'areas',
      filter: ['==', ['get', 'kind'], 'community'],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.community,
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, 1.2, 16, 3],
        'line-dasharray': [3, 1.6, 0.6, 1.6],
        'line-opacity': 0.75,
      },
    },
    {
      ...line,
      id: 'grid-casing',
      paint: { 'line-color': p.casing, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 2, 16, 5], 'line-opacity': 0.75 },
    },
    {
      ...line,
      id: 'grid-line',
      paint: { 'line-color': p.text, 'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.8, 16, 2], 'line-opacity': 0.8 },
    },
    {
      id: 'pickable-line',
      type: 'line',
      source: 'atoms',
      layout: { visibility: 'none', 'line-join': 'round' },
      paint: { 'line-color': p.gridEdge, 'line-width': 0.9, 'line-opacity': 0.55 },
    },
    { ...line, id: 'chosen-casing', filter: isChosen(chosen), paint: { 'line-color': p.casing, 'line-width': 8 } },
    { ...line, id: 'chosen-line', filter: isChosen(chosen), paint: { 'line-color': p.selected, 'line-width': 4 } },
    {
      id: 'picked-line',
      type: 'line',
      source: 'atoms',
      filter: isOneOf([]),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.picked, 'line-width': 2.2 },
    },
    { id: 'sketch-casing', type: 'line', source: 'sketch', layout: round, paint: { 'line-color': p.casing, 'line-width': 7 } },
    { id: 'sketch-line', type: 'line', source: 'sketch', layout: round, paint: { 'line-color': p.picked, 'line-width': 3.5 } },
    {
      id: 'sketch-place',
      type: 'circle',
      source: 'sketch',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 9,
        'circle-color': p.picked,
        'circle-opacity': 0.5,
        'circle-stroke-color': p.picked,
        'circle-stroke-width': 2.5,
      },
    },
  ];
}

function labelLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'grid-label',
      type: 'symbol',
      source: 'draft-labels',
      minzoom: 12.5,
      layout: {
        'text-font': REGULAR,
        'text-field': [
          'step',
          ['zoom'],
          ['get', 'size'],
          14,
          ['format', ['get', 'size'], {}, '\n', {}, ['get', 'name'], { 'font-scale': 0.7 }],
        ] as unknown as ExpressionSpecification,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 12, 16, 18],
        'text-line-height': 1.15,
        'text-padding': 1,
      },
      paint: {
        'text-color': byBand(p.bandText.over, p.bandText.in, p.bandText.under),
        'text-halo-color': p.halo,
        'text-halo-width': 2,
      },
    },
  ];
}
