/** What the map shows now, as collections for its sources. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { Reports, Track } from '../../api/shapes';
import { hazards, incidents, shownGrids, track, zone } from '../data';
import { shortClock } from '../../format';
import { t } from '../i18n';
import { isOverdue } from '../reports';
import { ready } from '../../resource';
import { runsOf } from '../track';
import { gridLabels } from '../../map/grids';
import type { DataSource } from './style';

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** One signal a source; the map copies each into its source when it changes. */
export const mapData: Record<DataSource, ReadonlySignal<FeatureCollection>> = {
  grids: computed(() => shownGrids.value ?? nothing),
  'grid-labels': computed(() => {
    const collection = shownGrids.value;
    return collection ? gridLabels(collection) : nothing;
  }),
  track: computed(() => ready(track.state.value) ?? nothing),
  'track-ends': computed(() => {
    const collection = ready(track.state.value);
    return collection ? endsOf(collection) : nothing;
  }),
  incidents: computed(() => withOverdue(ready(incidents.state.value))),
  hazards: computed(() => withOverdue(ready(hazards.state.value))),
};

/** Mark the reports whose deadline has passed. */
function withOverdue(reports: Reports | null): FeatureCollection {
  if (!reports) return nothing;
  const now = new Date();
  const features = reports.features.map((feature) => ({
    ...feature,
    properties: { ...feature.properties, overdue: isOverdue(feature.properties, now) },
  }));
  return { type: 'FeatureCollection', features };
}

/** The first and the last place of a track, named by their times. */
function endsOf(collection: Track): FeatureCollection {
  const runs = runsOf(collection);
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) return nothing;
  const time = (iso: string): string => shortClock(iso, zone.value);
  return {
    type: 'FeatureCollection',
    features: [
      end('start', first.geometry.coordinates[0], t('起点 {t}', { t: time(first.properties.start) })),
      end('end', last.geometry.coordinates.at(-1), t('终点 {t}', { t: time(last.properties.end) })),
    ],
  };
}

function end(which: 'start' | 'end', place: Position | undefined, text: string): Feature {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: place ?? [] },
    properties: { end: which, text },
  };
}

