/** The styles of `tiles/styles`: right for every client, and drawn by the pages too. */
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { baseSources, groundLayers, nameLayers, roadLayers } from '../src/map/base';
import { isBuilt } from '../src/map/built';
import { PALETTES } from '../src/map/palette';
import { STYLES } from '../src/map/styles';

const styleOf = (name: string) => JSON.parse(readFileSync(`../tiles/styles/${name}.json`, 'utf8'));

test.each(['day', 'night', 'print'])('%s is a style as MapLibre defines it, with a colour for everything', (name) => {
  expect(validateStyleMin(styleOf(name))).toEqual([]);
});

test.each(['light', 'dark'] as const)('the pages draw every layer of the base map once, %s', (theme) => {
  const drawn = [...groundLayers(theme), ...roadLayers(theme), ...nameLayers(theme)].map(({ id }) => id);
  const ofTown = STYLES[theme].layers.filter((layer) => !('source' in layer) || !/areas|grids/.test(String(layer.source)));
  expect(new Set(drawn)).toEqual(new Set(ofTown.map(({ id }) => id)));
  expect(drawn).toHaveLength(ofTown.length);
  for (const colour of [PALETTES[theme].land, PALETTES[theme].halo, PALETTES[theme].gridEdge]) expect(colour).toMatch(/^#/);
});

test('the base map comes from the page’s own host', () => {
  const sources = baseSources('https://grid.example');
  expect(Object.keys(sources).sort()).toEqual(['areas', 'buildings', 'ground']);
  for (const source of Object.values(sources)) expect(source.tiles?.[0]).toMatch(/^https:\/\/grid\.example\/ogc\//);
});

test('where a base map is built the ground is from it, but nothing that depends on the account', () => {
  isBuilt.value = true;
  const built = baseSources('https://grid.example');
  isBuilt.value = false;

  const ground = { type: 'vector', url: 'pmtiles://https://grid.example/basemap/town.pmtiles' };
  expect(built).toEqual({ ...baseSources('https://grid.example'), ground });
});
