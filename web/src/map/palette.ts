/** Colours of the map. What carries meaning is Okabe-Ito, and never colour alone. */
import type { Band, SegmentClass } from '../api/shapes';
import type { Theme } from '../url';

export interface Palette {
  land: string;
  water: string;
  waterText: string;
  building: string;
  buildingEdge: string;
  main: string;
  lane: string;
  roadEdge: string;
  roadText: string;
  halo: string;
  text: string;
  community: string;
  gridEdge: string;
  selected: string;
  /** What is about to change hands. */
  picked: string;
  casing: string;
  band: Record<Exclude<Band, 'in'>, string>;
  bandText: Record<Band, string>;
  class: Record<SegmentClass, string>;
  flagged: string;
  incident: string;
  hazard: string;
  overdue: string;
}

const light: Palette = {
  land: '#f4f2ec',
  water: '#c3dbe8',
  waterText: '#41728c',
  building: '#e6e1d6',
  buildingEdge: '#d6cfc0',
  main: '#ffffff',
  lane: '#ffffff',
  roadEdge: '#ddd6c7',
  roadText: '#6f6857',
  halo: '#ffffff',
  text: '#23272e',
  community: '#4a5a6a',
  gridEdge: '#5d6b7a',
  selected: '#0b4f7d',
  picked: '#9a3f78',
  casing: '#ffffff',
  band: { over: '#d55e00', under: '#0072b2' },
  bandText: { over: '#a33f00', in: '#3a424c', under: '#00598c' },
  class: { inside: '#0072b2', uncertain: '#e69f00', outside: '#d55e00', unknown: '#5f6772' },
  flagged: '#9a3f78',
  incident: '#9a3f78',
  hazard: '#8a6100',
  overdue: '#c22f00',
};

const dark: Palette = {
  land: '#151a21',
  water: '#1b3448',
  waterText: '#86b4cf',
  building: '#222a34',
  buildingEdge: '#2d3743',
  main: '#3a4554',
  lane: '#2a333f',
  roadEdge: '#10141a',
  roadText: '#98a2ae',
  halo: '#10141a',
  text: '#e8ebef',
  community: '#9fb0c2',
  gridEdge: '#8492a3',
  selected: '#8fc7ea',
  picked: '#e5a3c8',
  casing: '#0c1015',
  band: { over: '#ee7d33', under: '#56b4e9' },
  bandText: { over: '#ffab73', in: '#d5dae0', under: '#93d0f5' },
  class: { inside: '#56b4e9', uncertain: '#f0b429', outside: '#f2783a', unknown: '#a3adb9' },
  flagged: '#e5a3c8',
  incident: '#e5a3c8',
  hazard: '#f0c95a',
  overdue: '#ff8152',
};

export const PALETTES: Record<Theme, Palette> = { light, dark };
