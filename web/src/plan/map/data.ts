/** What the plan's map shows now, as collections for its sources. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Feature, FeatureCollection, MultiPolygon, Point, Polygon } from 'geojson';
import { labelPoint } from '../../geometry';
import { t } from '../i18n';
import { lastReady } from '../../resource';
import { bent } from '../bordering';
import { atoms, draft, grids } from '../draft';
import { lasso, pickedBuilding } from '../moving';
import { nameOf, signedNumber, sizeOf } from '../names';

export type DataSource = 'draft-grids' | 'draft-labels' | 'atoms' | 'sketch';
export type MapData = Record<DataSource, FeatureCollection>;

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };
const shownAtoms = lastReady(atoms);

const places = new WeakMap<Polygon | MultiPolygon, Point>();

/** Where a grid is labelled; looked for once, as long as its outline stays the same. */
function placeOf(outline: Polygon | MultiPolygon): Point {
  const known = places.get(outline);
  if (known) return known;
  const place: Point = { type: 'Point', coordinates: labelPoint(outline) };
  places.set(outline, place);
  return place;
}

/** One signal a source; the map copies each into its source when it changes. */
export const mapData: Record<DataSource, ReadonlySignal<FeatureCollection>> = {
  'draft-grids': computed(() => {
    const [now, shapes] = [draft.value, grids.value];
    if (!now || !shapes) return nothing;
    const known = new Map(now.grids.map((grid) => [grid.label, grid]));
    // Codes, locks and exceptions come with the summary; outlines stay as they were.
    const features = shapes.features.map((feature) => ({
      ...feature,
      properties: known.get(feature.properties.label) ?? feature.properties,
    }));
    return { type: 'FeatureCollection', features };
  }),
  'draft-labels': computed(() => {
    const [now, shapes] = [draft.value, grids.value];
    if (!now || !shapes) return nothing;
    const features = shapes.features.flatMap(({ geometry, properties: { label } }): Feature<Point> | [] => {
      const grid = now.grids.find((one) => one.label === label);
      if (!grid) return [];
      const size = signedNumber(sizeOf(grid, now), now);
      const marks = [grid.locked ? t('锁定') : '', grid.exception === null ? '' : t('例外')].filter(Boolean);
      const name = [nameOf(grid, now.community.code), ...marks].join(' · ');
      return { type: 'Feature', geometry: placeOf(geometry), properties: { band: grid.band, label, size, name } };
    });
    return { type: 'FeatureCollection', features };
  }),
  atoms: computed(() => (draft.value ? (shownAtoms.value ?? nothing) : nothing)),
  sketch: computed(() => ({ type: 'FeatureCollection', features: [...lines(), ...marked()] })),
};

/** What is drawn by the page itself: around ground, and the border that is dragged. */
function lines(): Feature[] {
  return [bent.value, lasso.value].flatMap((line): Feature | [] =>
    line.length < 2 ? [] : { type: 'Feature', geometry: { type: 'LineString', coordinates: [...line] }, properties: {} },
  );
}

function marked(): Feature[] {
  const at = pickedBuilding.value;
  return at ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties: {} }] : [];
}

/** What the sources hold now. */
export function currentData(): MapData {
  const entries = Object.entries(mapData).map(([name, data]) => [name, data.peek()]);
  return Object.fromEntries(entries) as MapData;
}
