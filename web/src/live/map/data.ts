/** What the map shows now, as collections for its sources, and the colours that change without them. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { LiveAlert } from '../../api/types';
import { gridLabels } from '../../map/grids';
import type { Sources } from '../../map/keep';
import { lastReady } from '../../resource';
import { chosenWorker, gridFeatures, grids, midnight, openAlerts, slowNow } from '../data';
import { cells, liveGrids, workers } from '../feed';
import { t } from '../i18n';
import { classOf, minutesSince, type Seen } from '../seen';
import { KIND_SIGN } from '../words';
import { cellOutlines, lastSeen } from './cells';

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };
const shownGrids = lastReady(grids);
const labels = computed(() => (shownGrids.value ? gridLabels(shownGrids.value) : null));
const labelPoints = computed(
  () => new Map((labels.value?.features ?? []).map(({ geometry, properties }) => [properties.code, geometry.coordinates])),
);

/** A signal of a map that stays the very same object while its entries do: what is unchanged is not drawn again. */
function steady<V>(entries: () => [string, V][]): ReadonlySignal<ReadonlyMap<string, V>> {
  let last: ReadonlyMap<string, V> = new Map();
  return computed(() => {
    const next = new Map(entries());
    const isSame = next.size === last.size && [...next].every(([key, value]) => last.has(key) && last.get(key) === value);
    if (!isSame) last = next;
    return last;
  });
}

/** Whole minutes since somebody was seen; `null` for never today. */
const gridMinutes = steady<number | null>(() => {
  const [at, began] = [slowNow.value, midnight.value];
  return [...liveGrids.value].map(([code, grid]) => [code, minutesSince(grid.seen_at, at, began ?? Infinity)]);
});

const seenCells = computed(() => lastSeen(cells.value.values()));

/** The set of cells as one word: outlines are drawn anew only for another set, which is seldom. */
const whichCells = computed(() => [...seenCells.value.keys()].sort().join(' '));

export type Classes = ReadonlyMap<string, Seen>;

export const gridClasses: ReadonlySignal<Classes> = steady(() =>
  [...gridMinutes.value].map(([code, minutes]) => [code, classOf(minutes)]),
);

export const cellClasses: ReadonlySignal<Classes> = steady(() => {
  const [at, began] = [slowNow.value, midnight.value];
  return [...seenCells.value].map(([cell, seen]) => [cell, classOf(minutesSince(seen, at, began ?? Infinity))]);
});

function sinceWords(minutes: number | null | undefined): string {
  if (minutes === undefined) return '';
  if (minutes === null) return '✕';
  return minutes < 100 ? t('{n} 分', { n: minutes }) : t('{n} 时', { n: Math.floor(minutes / 60) });
}

/** Where an alert is: at its worker if that is told, whose sign is there then; where its incident is; in its grid. */
function placed(alert: LiveAlert): Feature<Point> | null {
  const { id, kind, lon, lat, grid, acknowledged_at: at } = alert;
  const said = { id, kind, seen: at !== null };
  const worker = alert.worker && workers.value.get(alert.worker.code);
  if (worker?.lon != null && worker.lat !== null) return point([worker.lon, worker.lat], { ...said, sign: '' });
  const place = lon !== null && lat !== null ? [lon, lat] : grid === null ? undefined : labelPoints.value.get(grid);
  return place ? point(place, { ...said, sign: KIND_SIGN[kind] }) : null;
}

function point(coordinates: number[], properties: Record<string, unknown>): Feature<Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates }, properties };
}

export const sources: Sources = {
  grids: computed(() => shownGrids.value ?? nothing),
  'grid-labels': computed(() => {
    const features = (labels.value?.features ?? []).map((label) => ({
      ...label,
      properties: { ...label.properties, since: sinceWords(gridMinutes.value.get(label.properties.code)) },
    }));
    return { type: 'FeatureCollection', features };
  }),
  cells: computed(() => cellOutlines(whichCells.value.split(' ').filter(Boolean))),
  alerts: computed(() => ({
    type: 'FeatureCollection',
    features: openAlerts.value.map(placed).filter((one) => one !== null),
  })),
  chosen: computed(() => {
    const { lon = null, lat = null } = chosenWorker.value ?? {};
    return { type: 'FeatureCollection', features: lon === null || lat === null ? [] : [point([lon, lat], {})] };
  }),
  workers: computed(() => {
    const features = [...workers.value.values()].flatMap(({ code, name, state, lon, lat }) =>
      lon === null || lat === null ? [] : [point([lon, lat], { code, name, state, rank: state === 'in_grid' ? 0 : 1 })],
    );
    return { type: 'FeatureCollection', features };
  }),
};

/** The outline of a grid, to go to. */
export function outlineOf(code: string) {
  return gridFeatures.peek().get(code);
}
