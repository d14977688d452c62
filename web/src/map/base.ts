/** The base map, quiet so that the work on top is read first; its ground from the town's file where one is built. */
import type { LayerSpecification, VectorSourceSpecification } from 'maplibre-gl';
import type { Theme } from '../url';
import { isBuilt } from './built';
import { STYLES } from './styles';

const DRAWN = new Set(['ground', 'buildings']);
const FILE = '/basemap/town.pmtiles';

/**
 * Where the base map comes from: the program itself, and no other host. Only roads and water are ever from the file:
 * who sees which areas and buildings depends on the account.
 */
export function baseSources(origin: string): Record<string, VectorSourceSpecification> {
  const sources = Object.fromEntries(['areas', ...DRAWN].map((name) => [name, tilesOf(origin, name)]));
  return isBuilt.peek() ? { ...sources, ground: { type: 'vector', url: `pmtiles://${origin}${FILE}` } } : sources;
}

/** Return a layer's tiles as the program draws them now, as far as who looks may see. */
export function tilesOf(origin: string, name: string): VectorSourceSpecification {
  const source = STYLES.light.sources[name] as VectorSourceSpecification;
  return { ...source, tiles: (source.tiles ?? []).map((path) => `${origin}${path}`) };
}

/** From which on there are outlines of grids in tiles; further out a grid is a point. */
export const OUTLINES_ZOOM = 9;

/** Return the tiles of grids, from where on they have outlines. */
export function gridTiles(origin: string): VectorSourceSpecification {
  return { ...tilesOf(origin, 'grids'), minzoom: OUTLINES_ZOOM };
}

/** Ground, water and buildings: under the grids. */
export function groundLayers(theme: Theme): LayerSpecification[] {
  return baseLayers(theme, (layer) => layer.type !== 'symbol' && !isRoad(layer));
}

/** Roads and their edges. */
export function roadLayers(theme: Theme): LayerSpecification[] {
  return baseLayers(theme, (layer) => layer.type !== 'symbol' && isRoad(layer));
}

/** Names of roads and water: over the grids' tint, under their labels. */
export function nameLayers(theme: Theme): LayerSpecification[] {
  return baseLayers(theme, (layer) => layer.type === 'symbol');
}

const isRoad = (layer: LayerSpecification): boolean => 'source-layer' in layer && layer['source-layer'] === 'roads';

const sourceOf = (layer: LayerSpecification): string => ('source' in layer ? (layer.source as string) : '');

function baseLayers(theme: Theme, which: (layer: LayerSpecification) => boolean): LayerSpecification[] {
  return STYLES[theme].layers.filter(
    (layer) => (layer.type === 'background' || DRAWN.has(sourceOf(layer))) && which(layer),
  );
}
