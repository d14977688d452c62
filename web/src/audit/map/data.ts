/** What the map shows now, as collections for its sources. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { Reports } from '../../api/shapes';
import { hazards, incidents, shownGrids, zone } from '../data';
import { t } from '../i18n';
import { isOverdue } from '../reports';
import { ready } from '../../resource';
import type { Path } from '../replay/path';
import { chosenSpans, chunks, replay } from '../replay/replay';
import { gridLabels } from '../../map/grids';
import { shortClockAt } from '../replay/words';
import { linesDuring } from './lines';
import type { DataSource } from './style';

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };

const collected = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

/** One signal a source; the map copies each into its source when it changes. */
export const mapData: Record<DataSource, ReadonlySignal<FeatureCollection>> = {
  grids: computed(() => shownGrids.value ?? nothing),
  'grid-labels': computed(() => {
    const collection = shownGrids.value;
    return collection ? gridLabels(collection) : nothing;
  }),
  track: computed(() => collected(chunks.value)),
  fixes: computed(() => collected(replay.value?.flagged ?? [])),
  'track-ends': computed(() => (replay.value ? endsOf(replay.value.path) : nothing)),
  focus: computed(() => (replay.value ? linesDuring(replay.value.path, chosenSpans.value) : nothing)),
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
function endsOf({ t: times, places }: Path): FeatureCollection {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return nothing;
  return collected([
    end('start', places[0], t('起点 {t}', { t: shortClockAt(first, zone.value) })),
    end('end', places.at(-1), t('终点 {t}', { t: shortClockAt(last, zone.value) })),
  ]);
}

function end(which: 'start' | 'end', place: Position | undefined, text: string): Feature {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: place ?? [] },
    properties: { end: which, text },
  };
}

