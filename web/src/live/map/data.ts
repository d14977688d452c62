/** What the map shows now, as collections for its sources, and the colours that change without them. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { GridPlace } from '../../api/shapes';
import type { LiveAlert } from '../../api/types';
import { meets } from '../../geometry';
import { OUTLINES_ZOOM } from '../../map/base';
import type { Sources } from '../../map/keep';
import { roomAround } from '../box';
import { chosenWorker, gridPlaces, midnight, openAlerts, slowNow } from '../data';
import { cells, liveGrids, workers } from '../feed';
import { t } from '../i18n';
import { classOf, minutesSince, type Seen } from '../seen';
import { view, viewBounds } from '../state';
import { KIND_SIGN } from '../words';
import { cellOutlines, lastSeen } from './cells';
import { LABELS_ZOOM } from './layers';
import { sameEntries, sameKeys, samePlaces, sameValues, steady } from './steady';

/** More names than these have no room on any screen, and take long to be laid out. */
const MOST_LABELS = 1500;
/** Borders of more grids are a haze over the colours, and take longer to draw than all else. */
const MOST_BORDERS = 4000;
/** From afar, signs of more alerts than these cover one another and take long to be laid out; their rings stay. */
const MOST_SIGNS = 300;

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };

function collection(features: Feature[]): FeatureCollection {
  return features.length > 0 ? { type: 'FeatureCollection', features } : nothing;
}

/** Whole minutes since somebody was seen; `null` for never today. */
const gridMinutes = steady<ReadonlyMap<string, number | null>>(() => {
  const [at, began] = [slowNow.value, midnight.value];
  return new Map([...liveGrids.value].map(([code, grid]) => [code, minutesSince(grid.seen_at, at, began ?? Infinity)]));
}, sameEntries);

const seenCells = computed(() => lastSeen(cells.value.values()));

/** Outlines are drawn anew only for another set of cells, which is seldom. */
const whichCells = steady<ReadonlyMap<string, string>>(() => seenCells.value, sameKeys);

export type Classes = ReadonlyMap<string, Seen>;

export const gridClasses: ReadonlySignal<Classes> = steady(
  () => new Map([...gridMinutes.value].map(([code, minutes]) => [code, classOf(minutes)])),
  sameEntries,
);

export const cellClasses: ReadonlySignal<Classes> = steady(() => {
  const [at, began] = [slowNow.value, midnight.value];
  return new Map([...seenCells.value].map(([cell, seen]) => [cell, classOf(minutesSince(seen, at, began ?? Infinity))]));
}, sameEntries);

/** From so far that grids are points. */
const isFar = computed(() => (view.value?.zoom ?? OUTLINES_ZOOM) < OUTLINES_ZOOM);
const noClasses: Classes = new Map();
export const pointClasses = computed(() => (isFar.value ? gridClasses.value : noClasses));

function sinceWords(minutes: number | null | undefined): string {
  if (minutes === undefined) return '';
  if (minutes === null) return '✕';
  return minutes < 100 ? t('{n} 分', { n: minutes }) : t('{n} 时', { n: Math.floor(minutes / 60) });
}

const room = steady(() => (viewBounds.value ? roomAround(viewBounds.value) : null), sameValues);

/** The grids in view and just beside it. */
const near = computed<GridPlace[]>(() => {
  const box = room.value;
  return box ? [...gridPlaces.value.values()].filter(({ bbox }) => meets(bbox, box)) : [];
});

export const hasBorders = computed(() => near.value.length <= MOST_BORDERS);

/** The grids whose names there is room for. */
const labelled = computed<GridPlace[]>(() => {
  const isNear = (view.value?.zoom ?? 0) >= LABELS_ZOOM;
  return isNear && near.value.length <= MOST_LABELS ? near.value : [];
});

const hasSigns = computed(() => openAlerts.value.length <= MOST_SIGNS || (view.value?.zoom ?? 0) >= LABELS_ZOOM);

/** Where an alert is: at its worker if that is told, whose sign is there then; where its incident is; in its grid. */
function placed(alert: LiveAlert): Feature<Point> | null {
  const { id, kind, lon, lat, grid, acknowledged_at: at } = alert;
  const said = { id, kind, seen: at !== null };
  const worker = alert.worker && workers.value.get(alert.worker.code);
  if (worker?.lon != null && worker.lat !== null) return point([worker.lon, worker.lat], { ...said, sign: '' });
  const place = lon !== null && lat !== null ? [lon, lat] : grid === null ? undefined : gridPlaces.value.get(grid)?.geometry.coordinates;
  return place ? point(place, { ...said, sign: hasSigns.value || kind === 'emergency' ? KIND_SIGN[kind] : '' }) : null;
}

function point(coordinates: number[], properties: Record<string, unknown>): Feature<Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates }, properties };
}

const labels = steady(
  () =>
    labelled.value.map(({ geometry, properties: { code, name } }) =>
      point(geometry.coordinates, { name, since: sinceWords(gridMinutes.value.get(code)) }),
    ),
  samePlaces,
);

const calling = steady(() => openAlerts.value.map(placed).filter((one) => one !== null), samePlaces);

const chosen = steady(() => {
  const { lon = null, lat = null } = chosenWorker.value ?? {};
  return lon === null || lat === null ? [] : [point([lon, lat], {})];
}, samePlaces);

const placedWorkers = steady(
  () =>
    [...workers.value.values()].flatMap(({ code, name, state, lon, lat }) =>
      lon === null || lat === null ? [] : [point([lon, lat], { code, name, state, rank: state === 'in_grid' ? 0 : 1 })],
    ),
  samePlaces,
);

export const sources: Sources = {
  'grid-points': computed(() => (isFar.value ? collection([...gridPlaces.value.values()]) : nothing)),
  'grid-labels': computed(() => collection(labels.value)),
  cells: computed(() => cellOutlines(whichCells.value.keys())),
  alerts: computed(() => collection(calling.value)),
  chosen: computed(() => collection(chosen.value)),
  workers: computed(() => collection(placedWorkers.value)),
};
