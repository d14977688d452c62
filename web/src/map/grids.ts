/** Grids: tint and sign by households, a name, a border; the chosen one stands out. */
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Grid, Grids } from '../api/shapes';
import { labelPoint } from '../geometry';
import { REGULAR } from './fonts';
import type { Theme } from '../url';
import { PALETTES, type Palette } from './palette';
import { drawnFrom, layerOf } from './styles';

/** One point a grid, so that a grid on several tiles is labelled once. */
export function gridLabels(grids: Grids): FeatureCollection<Point, Grid> {
  const features = grids.features.map(
    ({ geometry, properties }): Feature<Point, Grid> => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: labelPoint(geometry) },
      properties,
    }),
  );
  return { type: 'FeatureCollection', features };
}

const state = (name: string): ExpressionSpecification => ['boolean', ['feature-state', name], false];

const byBand = (over: string, within: string, under: string): ExpressionSpecification => [
  'match',
  ['get', 'band'],
  'over',
  over,
  'under',
  under,
  within,
];

/** The tint of each grid: none when its households are in range. */
export function gridFillLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'grid-fill',
      type: 'fill',
      source: 'grids',
      paint: {
        'fill-color': byBand(p.band.over, p.selected, p.band.under),
        'fill-opacity': [
          'case',
          state('hover'),
          0.16,
          ['==', ['get', 'band'], 'in'],
          0,
          ['interpolate', ['linear'], ['get', 'households'], 150, 0.34, 300, 0.18, 500, 0.18, 700, 0.36],
        ],
      },
    },
  ];
}

/** Borders of grids, of communities, and of the chosen grid. */
export function gridLineLayers(theme: Theme): LayerSpecification[] {
  const p = PALETTES[theme];
  return [
    drawnFrom(layerOf(theme, 'grid-line'), 'grids'),
    layerOf(theme, 'community-line'),
    {
      id: 'grid-selected-casing',
      type: 'line',
      source: 'grids',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.casing, 'line-width': 7, 'line-opacity': ['case', state('selected'), 1, 0] },
    },
    {
      id: 'grid-selected',
      type: 'line',
      source: 'grids',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.selected, 'line-width': 3.5, 'line-opacity': ['case', state('selected'), 1, 0] },
    },
  ];
}

/** Households with the sign of their band, and the grid's name from nearer on. */
export function gridLabelLayers(p: Palette): LayerSpecification[] {
  const households = ['to-string', ['get', 'households']];
  const text = ['concat', byBand('▲ ', '', '▼ '), households];
  return [
    {
      id: 'grid-label',
      type: 'symbol',
      source: 'grid-labels',
      minzoom: 13,
      layout: {
        'text-font': REGULAR,
        'text-field': [
          'step',
          ['zoom'],
          ['format', text],
          15,
          ['format', text, {}, '\n', {}, ['get', 'name'], { 'font-scale': 0.72 }],
        ] as unknown as ExpressionSpecification,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 11, 16, 17],
        'text-line-height': 1.15,
        'text-padding': 1,
      },
      paint: {
        'text-color': byBand(p.bandText.over, p.bandText.in, p.bandText.under),
        'text-halo-color': p.halo,
        'text-halo-width': 1.8,
      },
    },
  ];
}
