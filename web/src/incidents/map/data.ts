/** What the map shows now, as collections for its sources. */
import { computed } from '@preact/signals';
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { IncidentFeature, ListedIncident } from '../../api/shapes';
import { gridLabels } from '../../map/grids';
import type { Sources } from '../../map/keep';
import { lastReady } from '../../resource';
import { grids, listed, opened } from '../data';
import { signOf } from '../deadline';
import { incidentCode } from '../state';

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] };
const shownGrids = lastReady(grids);

type Placed = Feature<Point, ListedIncident>;

function isPlaced(one: IncidentFeature): one is Placed {
  return one.geometry !== null;
}

/** Where the chosen incident is, also when the list does not hold it. */
export const chosenPlace = computed<Feature<Point> | null>(() => {
  const code = incidentCode.value;
  if (code === null) return null;
  const { data } = opened.state.value;
  const found = listed.value?.find(({ properties }) => properties.code === code);
  const geometry = data?.code === code ? (data.geometry as Point | null | undefined) : found?.geometry;
  return geometry ? { type: 'Feature', geometry, properties: {} } : null;
});

export const sources: Sources = {
  grids: computed(() => shownGrids.value ?? nothing),
  'grid-labels': computed(() => (shownGrids.value ? gridLabels(shownGrids.value) : nothing)),
  incidents: computed(() => ({
    type: 'FeatureCollection',
    features: (listed.value ?? [])
      .filter(isPlaced)
      .map((one) => ({ ...one, properties: { ...one.properties, sign: signOf(one.properties) } })),
  })),
  chosen: computed(() => ({ type: 'FeatureCollection', features: chosenPlace.value ? [chosenPlace.value] : [] })),
};
