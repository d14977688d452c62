/** The base map: the town's own vector tiles, drawn quietly so that the work on top is read first. */
import type { ExpressionSpecification, LayerSpecification, VectorSourceSpecification } from 'maplibre-gl';
import { REGULAR } from './fonts';
import type { Palette } from './palette';

/** The zoom from which each layer's tiles hold anything; past `LAST_ZOOM` they are magnified. */
const FIRST_ZOOM = { areas: 8, water: 6, buildings: 14, roads: 8 };
const LAST_ZOOM = 16;

/** The vector tiles of the program itself; note OGC's order: zoom, row, column. */
export function baseSources(origin: string): Record<string, VectorSourceSpecification> {
  const source = (layer: string, minzoom: number): VectorSourceSpecification => ({
    type: 'vector',
    tiles: [`${origin}/ogc/collections/${layer}/tiles/WebMercatorQuad/{z}/{y}/{x}`],
    minzoom,
    maxzoom: LAST_ZOOM,
  });
  return Object.fromEntries(Object.entries(FIRST_ZOOM).map(([layer, zoom]) => [layer, source(layer, zoom)]));
}

const byZoom = (...stops: [zoom: number, width: number][]): ExpressionSpecification =>
  ['interpolate', ['exponential', 1.6], ['zoom'], ...stops.flat()] as ExpressionSpecification;

const widthOf = {
  main: byZoom([11, 1], [14, 4], [17, 18]),
  lane: byZoom([13, 0.6], [15, 2.4], [18, 11]),
  path: byZoom([14, 0.5], [18, 3]),
};

const isClass = (name: string): ExpressionSpecification => ['==', ['get', 'class'], name];

/** Ground, water and buildings: under the grids. */
export function groundLayers(p: Palette): LayerSpecification[] {
  return [
    { id: 'land', type: 'background', paint: { 'background-color': p.land } },
    {
      id: 'water',
      type: 'fill',
      source: 'water',
      'source-layer': 'water',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': p.water },
    },
    {
      id: 'water-line',
      type: 'line',
      source: 'water',
      'source-layer': 'water',
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': p.water, 'line-width': byZoom([12, 1], [17, 8]) },
    },
    {
      id: 'buildings',
      type: 'fill',
      source: 'buildings',
      'source-layer': 'buildings',
      minzoom: 14,
      paint: {
        'fill-color': p.building,
        'fill-outline-color': p.buildingEdge,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 14, 0.2, 14.6, 1],
      },
    },
  ];
}

/** Roads and their edges. */
export function roadLayers(p: Palette): LayerSpecification[] {
  const road = { type: 'line', source: 'roads', 'source-layer': 'roads' } as const;
  const layout = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const edge = (width: ExpressionSpecification) => ({
    'line-color': p.roadEdge,
    'line-width': width,
    'line-gap-width': 0,
  });
  return [
    {
      ...road,
      id: 'path',
      minzoom: 14,
      filter: ['any', isClass('path'), isClass('rail')],
      paint: { 'line-color': p.roadEdge, 'line-width': widthOf.path, 'line-dasharray': [2, 1.5] },
    },
    { ...road, id: 'lane-edge', minzoom: 14, filter: isClass('lane'), layout, paint: edge(byZoom([14, 2.4], [15, 4], [18, 13.5])) },
    { ...road, id: 'main-edge', filter: isClass('main'), layout, paint: edge(byZoom([11, 1.6], [14, 5.6], [17, 20.5])) },
    { ...road, id: 'lane', minzoom: 13, filter: isClass('lane'), layout, paint: { 'line-color': p.lane, 'line-width': widthOf.lane } },
    { ...road, id: 'main', filter: isClass('main'), layout, paint: { 'line-color': p.main, 'line-width': widthOf.main } },
  ];
}

/** Names of roads and water: over the grids' tint, under their labels. */
export function nameLayers(p: Palette): LayerSpecification[] {
  const paint = { 'text-halo-color': p.halo, 'text-halo-width': 1.4 };
  const along = {
    'symbol-placement': 'line' as const,
    'text-font': REGULAR,
    'text-field': ['get', 'name'] as ExpressionSpecification,
  };
  return [
    {
      id: 'road-name',
      type: 'symbol',
      source: 'roads',
      'source-layer': 'roads',
      minzoom: 14.5,
      filter: ['has', 'name'],
      layout: {
        ...along,
        'text-size': ['interpolate', ['linear'], ['zoom'], 14.5, 10, 18, 14],
        'text-letter-spacing': 0.12,
        'symbol-spacing': 380,
        'text-padding': 12,
      },
      paint: { ...paint, 'text-color': p.roadText },
    },
    {
      id: 'water-name',
      type: 'symbol',
      source: 'water',
      'source-layer': 'water',
      minzoom: 13,
      filter: ['all', ['has', 'name'], ['==', ['geometry-type'], 'LineString']],
      layout: { ...along, 'text-size': 12, 'text-letter-spacing': 0.3 },
      paint: { ...paint, 'text-color': p.waterText },
    },
  ];
}
