/** A map that only says where one is: ground, roads, borders and names of grids, under what a page puts on it. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../url';
import { baseSources, gridTiles, groundLayers, nameLayers, roadLayers } from './base';
import { PALETTES, type Palette } from './palette';
import { layerOf } from './styles';

export type QuietData = Record<string, FeatureCollection>;
/** What a source has beside its data: how it clusters, say. */
export type SourceLooks = Record<string, Partial<GeoJSONSourceSpecification>>;

/** Return the style of a theme with what is shown on it; `top` says the layers of the page, `looks` more of its sources. */
export function quietStyle(
  theme: Theme,
  data: QuietData,
  top: (p: Palette) => LayerSpecification[],
  looks: SourceLooks = {},
): StyleSpecification {
  return {
    version: 8,
    sources: { ...sourcesOf(data, looks), grids: gridTiles(location.origin) },
    layers: [
      ...groundLayers(theme),
      ...roadLayers(theme),
      ...nameLayers(theme),
      ...['grid-line', 'community-line', 'grid-name'].map((id) => layerOf(theme, id)),
      ...top(PALETTES[theme]),
    ],
  };
}

/** Return the base map's sources and those of a page. */
export function sourcesOf(data: QuietData, looks: SourceLooks = {}): StyleSpecification['sources'] {
  const sources = Object.entries(data).map(([name, collection]) => [
    name,
    { type: 'geojson' as const, data: collection, ...looks[name] },
  ]);
  return { ...baseSources(location.origin), ...Object.fromEntries(sources) };
}
