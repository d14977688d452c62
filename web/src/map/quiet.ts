/** A map that only says where one is: ground, roads, borders and names of grids, under what a page puts on it. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../url';
import { baseSources, groundLayers, nameLayers, roadLayers } from './base';
import { gridLineLayers, gridNameLayers } from './grids';
import { PALETTES, type Palette } from './palette';

export type QuietData = Record<'grids' | 'grid-labels' | string, FeatureCollection>;
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
    sources: sourcesOf(data, looks),
    layers: [
      ...groundLayers(theme),
      ...roadLayers(theme),
      ...nameLayers(theme),
      ...gridLineLayers(theme),
      ...gridNameLayers(theme),
      ...top(PALETTES[theme]),
    ],
  };
}

/** Return the base map's sources and those of a page. */
export function sourcesOf(data: QuietData, looks: SourceLooks = {}): StyleSpecification['sources'] {
  const sources = Object.entries(data).map(([name, collection]) => [
    name,
    { type: 'geojson' as const, data: collection, ...(name === 'grids' && { promoteId: 'code' }), ...looks[name] },
  ]);
  return { ...baseSources(location.origin), ...Object.fromEntries(sources) };
}
