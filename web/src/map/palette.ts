/** Colours of the map. What carries meaning is Okabe-Ito, and never colour alone. */
import type { Theme } from '../url';
import { colourOf, STYLES, type OnTop } from './styles';

export interface Palette extends OnTop {
  land: string;
  halo: string;
  community: string;
  gridEdge: string;
}

function paletteOf(theme: Theme): Palette {
  return {
    ...STYLES[theme].metadata['gis-grid:palette'],
    land: colourOf(theme, 'land', 'background-color'),
    halo: colourOf(theme, 'road-name', 'text-halo-color'),
    community: colourOf(theme, 'community-line', 'line-color'),
    gridEdge: colourOf(theme, 'grid-line', 'line-color'),
  };
}

export const PALETTES: Record<Theme, Palette> = { light: paletteOf('light'), dark: paletteOf('dark') };
