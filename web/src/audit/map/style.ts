/** The whole style of the map as one value: a change of theme or data is a difference between two of them. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { Theme } from '../../url';
import { baseSources, groundLayers, nameLayers, roadLayers } from '../../map/base';
import { gridFillLayers, gridLabelLayers, gridLineLayers } from '../../map/grids';
import { PALETTES } from '../../map/palette';
import { REPLAY_COLOURS } from './colours';
import { reportLayers } from './reports';
import { trackLineLayers, trackPointLayers } from './path';
import { workerLayers } from './worker';

/** The sources that the page fills itself. */
export type DataSource = 'grids' | 'grid-labels' | 'track' | 'fixes' | 'track-ends' | 'focus' | 'incidents' | 'hazards';
export type MapData = Record<DataSource | 'replay', FeatureCollection>;

/** Return the style for a theme and what is shown on it. */
export function styleOf(theme: Theme, data: MapData, origin: string): StyleSpecification {
  const p = PALETTES[theme];
  const colours = REPLAY_COLOURS[theme];
  return {
    version: 8,
    sources: { ...baseSources(origin), ...dataSources(data) },
    layers: [
      ...groundLayers(theme),
      ...roadLayers(theme),
      ...gridFillLayers(p),
      ...nameLayers(theme),
      ...gridLineLayers(theme),
      ...trackLineLayers(p, colours),
      ...gridLabelLayers(p),
      ...reportLayers(p),
      ...trackPointLayers(p, colours),
      ...workerLayers(p, colours),
    ],
  };
}

function dataSources(data: MapData): Record<string, GeoJSONSourceSpecification> {
  const source = (name: string, collection: FeatureCollection): GeoJSONSourceSpecification => ({
    type: 'geojson',
    data: collection,
    ...(name === 'grids' && { promoteId: 'code' }),
    ...(name === 'track' && { tolerance: 0.1 }),
  });
  return Object.fromEntries(Object.entries(data).map(([name, collection]) => [name, source(name, collection)]));
}
