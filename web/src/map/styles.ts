/** The styles that the program serves to every client, drawn from here too: one source of colours and layers. */
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import day from '../../../tiles/styles/day.json';
import night from '../../../tiles/styles/night.json';
import type { Theme } from '../url';

/** What only the pages draw with, beside the layers of a style. */
export interface OnTop {
  text: string;
  selected: string;
  /** What is about to change hands. */
  picked: string;
  casing: string;
  band: Record<'over' | 'under', string>;
  bandText: Record<'over' | 'in' | 'under', string>;
  class: Record<'inside' | 'uncertain' | 'outside' | 'unknown', string>;
  flagged: string;
  incident: string;
  hazard: string;
  overdue: string;
}

export type TownStyle = StyleSpecification & { metadata: { 'gis-grid:palette': OnTop } };

export const STYLES = { light: day, dark: night } as unknown as Record<Theme, TownStyle>;

/** Return a layer of a style by its name. */
export function layerOf(theme: Theme, id: string): LayerSpecification {
  const found = STYLES[theme].layers.find((layer) => layer.id === id);
  if (!found) throw new Error(`no layer ${id} in tiles/styles`);
  return found;
}

/** Return a colour of a layer. */
export function colourOf(theme: Theme, id: string, property: string): string {
  const paint = layerOf(theme, id).paint as Record<string, unknown>;
  return String(paint[property]);
}

/** Return a layer that other data is drawn with: a source of the page in place of tiles. */
export function drawnFrom(layer: LayerSpecification, source: string): LayerSpecification {
  const { 'source-layer': _, ...own } = layer as LayerSpecification & { 'source-layer'?: string };
  return { ...own, source } as LayerSpecification;
}
