/** The base map, quiet so that the work on top is read first: the town's file of tiles where one is built, else live ones. */
import type { LayerSpecification, VectorSourceSpecification } from 'maplibre-gl';
import type { Theme } from '../url';
import { isBuilt } from './built';
import { STYLES } from './styles';

/** Sources whose layers are in the file; areas are not, since who sees which depends on the account. */
const IN_FILE = new Set(['ground', 'buildings']);
const FILE = '/basemap/town.pmtiles';

/** Where the base map comes from: the program itself, and no other host. */
export function baseSources(origin: string): Record<string, VectorSourceSpecification> {
  const live = (name: string): [string, VectorSourceSpecification] => {
    const source = STYLES.light.sources[name] as VectorSourceSpecification;
    return [name, { ...source, tiles: (source.tiles ?? []).map((path) => `${origin}${path}`) }];
  };
  if (!isBuilt.peek()) return Object.fromEntries(['areas', ...IN_FILE].map(live));
  return Object.fromEntries([live('areas'), ['town', { type: 'vector', url: `pmtiles://${origin}${FILE}` }]]);
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
  const found = STYLES[theme].layers.filter(
    (layer) => (layer.type === 'background' || IN_FILE.has(sourceOf(layer))) && which(layer),
  );
  if (!isBuilt.peek()) return found;
  return found.map((layer) => (layer.type === 'background' ? layer : ({ ...layer, source: 'town' } as LayerSpecification)));
}
