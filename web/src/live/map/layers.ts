/** How the live map looks: grids and cells by when somebody was last seen, workers by state, rings where it calls. */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { gridTiles, groundLayers, nameLayers, OUTLINES_ZOOM, roadLayers } from '../../map/base';
import { REGULAR } from '../../map/fonts';
import { PALETTES } from '../../map/palette';
import { sourcesOf, type QuietData } from '../../map/quiet';
import { layerOf } from '../../map/styles';
import type { Theme } from '../../url';
import { NEAR_ZOOM } from '../box';
import { SEEN } from '../seen';
import { STATES } from '../totals';
import { KINDS } from '../queue';
import { STATE_SIGN } from '../words';
import { alertColour, SEEN_COLOUR, STATE_COLOUR } from './colours';

export const WORKERS = 'worker';
export const ALERTS = 'alert';
export const GRIDS = 'grid-seen';
export const POINTS = 'grid-point';
/** The outlines of grids: a source, and its layer. */
export const GRID_TILES = 'grids';
/** From which on grids are named. */
export const LABELS_ZOOM = 11.5;

export const BORDERS = 'grid-line';

/** Return the style of a theme with what is shown on it. */
export function styleOf(theme: Theme, data: QuietData): StyleSpecification {
  return {
    version: 8,
    sources: {
      ...sourcesOf(data, { cells: { promoteId: 'cell' }, 'grid-points': { promoteId: 'code' } }),
      [GRID_TILES]: { ...gridTiles(location.origin), promoteId: 'code' },
    },
    layers: [
      ...groundLayers(theme),
      ...roadLayers(theme),
      ...seenLayers(theme),
      ...nameLayers(theme),
      layerOf(theme, BORDERS),
      layerOf(theme, 'community-line'),
      labelLayer(theme),
      ...alertLayers(theme),
      ...workerLayers(theme),
    ],
  };
}

export const neverImage = (theme: Theme): string => `never-${theme}`;

const seen: ExpressionSpecification = ['coalesce', ['feature-state', 'seen'], 'none'];

const bySeen = (theme: Theme): ExpressionSpecification =>
  ['match', seen, ...SEEN.flatMap((one) => [one, SEEN_COLOUR[theme][one]]), '#000000'] as never;

const where = (is: ExpressionSpecification, opacity: number): ExpressionSpecification => ['case', is, opacity, 0];

/** From afar the whole grid has a colour; from near its cells have. */
const fading = (is: ExpressionSpecification, far: number, near: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  NEAR_ZOOM - 0.6,
  where(is, far),
  NEAR_ZOOM + 0.4,
  where(is, near),
];

function seenLayers(theme: Theme): LayerSpecification[] {
  const isSeen: ExpressionSpecification = ['!', ['in', seen, ['literal', ['none', 'never']]]];
  return [
    {
      id: POINTS,
      type: 'circle',
      source: 'grid-points',
      maxzoom: OUTLINES_ZOOM,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 6, 1, OUTLINES_ZOOM, 3],
        'circle-color': bySeen(theme),
        'circle-opacity': where(isSeen, 0.6),
        'circle-stroke-color': bySeen(theme),
        'circle-stroke-width': where(['==', seen, 'never'], 0.6),
      },
    },
    // Borders are lines of their own: smooth edges of fills would be drawn under them once more.
    {
      id: GRIDS,
      type: 'fill',
      source: GRID_TILES,
      'source-layer': GRID_TILES,
      paint: { 'fill-color': bySeen(theme), 'fill-opacity': fading(isSeen, 0.5, 0.1), 'fill-antialias': false },
    },
    {
      id: 'grid-never',
      type: 'fill',
      source: GRID_TILES,
      'source-layer': GRID_TILES,
      paint: {
        'fill-pattern': neverImage(theme),
        'fill-opacity': fading(['==', seen, 'never'], 0.55, 0.32),
        'fill-antialias': false,
      },
    },
    {
      id: 'cell',
      type: 'fill',
      source: 'cells',
      minzoom: NEAR_ZOOM,
      paint: { 'fill-color': bySeen(theme), 'fill-opacity': where(isSeen, 0.5), 'fill-antialias': false },
    },
    {
      id: 'cell-edge',
      type: 'line',
      source: 'cells',
      minzoom: NEAR_ZOOM + 1.5,
      paint: { 'line-color': bySeen(theme), 'line-opacity': where(isSeen, 0.75), 'line-width': 0.8 },
    },
  ];
}

/** Name and minutes: the number says what the colour says. */
function labelLayer(theme: Theme): LayerSpecification {
  const p = PALETTES[theme];
  return {
    id: 'grid-label',
    type: 'symbol',
    source: 'grid-labels',
    minzoom: LABELS_ZOOM,
    layout: {
      'text-font': REGULAR,
      'text-field': [
        'step',
        ['zoom'],
        ['get', 'since'],
        NEAR_ZOOM + 0.7,
        ['format', ['get', 'name'], { 'font-scale': 0.82 }, '\n', {}, ['get', 'since'], {}],
      ] as unknown as ExpressionSpecification,
      'text-size': ['interpolate', ['linear'], ['zoom'], 12, 11, 16, 15],
      'text-line-height': 1.2,
      'text-padding': 2,
      // Above the middle of the grid, where its rings are.
      'text-anchor': 'bottom',
      'text-offset': [0, -1],
    },
    paint: { 'text-color': p.bandText.in, 'text-halo-color': p.halo, 'text-halo-width': 1.8 },
  };
}

function alertLayers(theme: Theme): LayerSpecification[] {
  const colours = alertColour(theme);
  const colour = ['match', ['get', 'kind'], ...KINDS.flatMap((kind) => [kind, colours[kind]]), '#888888'] as never;
  const radius = (scale: number) => ['case', ['==', ['get', 'kind'], 'emergency'], 19 * scale, 15 * scale] as ExpressionSpecification;
  const calls: ExpressionSpecification = ['case', ['get', 'seen'], 0.45, 1];
  return [
    {
      id: ALERTS,
      type: 'circle',
      source: 'alerts',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 12, radius(0.6), 15, radius(1)],
        'circle-color': colour,
        'circle-opacity': ['case', ['get', 'seen'], 0, 0.16],
        'circle-stroke-color': colour,
        'circle-stroke-width': ['case', ['==', ['get', 'kind'], 'emergency'], 4, 2.5],
        'circle-stroke-opacity': calls,
      },
    },
    {
      id: 'alert-sign',
      type: 'symbol',
      source: 'alerts',
      layout: {
        'text-field': ['get', 'sign'],
        'text-font': REGULAR,
        'text-size': 14,
        'text-offset': [1.15, -1.15],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: {
        'text-color': colour,
        'text-opacity': calls,
        'text-halo-color': PALETTES[theme].halo,
        'text-halo-width': 2,
      },
    },
  ];
}

function workerLayers(theme: Theme): LayerSpecification[] {
  const p = PALETTES[theme];
  const colours = STATE_COLOUR[theme];
  return [
    {
      id: 'chosen',
      type: 'circle',
      source: 'chosen',
      paint: {
        'circle-radius': 15,
        'circle-color': p.selected,
        'circle-opacity': 0.2,
        'circle-stroke-color': p.selected,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: WORKERS,
      type: 'symbol',
      source: 'workers',
      minzoom: NEAR_ZOOM,
      layout: {
        'text-field': ['match', ['get', 'state'], ...STATES.flatMap((one) => [one, STATE_SIGN[one]]), '●'] as never,
        'text-font': REGULAR,
        'text-size': ['interpolate', ['linear'], ['zoom'], NEAR_ZOOM, 15, 17, 24],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: {
        'text-color': ['match', ['get', 'state'], ...STATES.flatMap((one) => [one, colours[one]]), '#888888'] as never,
        'text-halo-color': p.halo,
        'text-halo-width': 2,
      },
    },
    {
      id: 'worker-name',
      type: 'symbol',
      source: 'workers',
      minzoom: 15.5,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': REGULAR,
        'text-size': 12,
        'text-anchor': 'top',
        'text-offset': [0, 0.9],
        'text-optional': true,
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.8 },
    },
  ];
}
