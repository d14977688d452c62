/** What the map shows now, as collections for its sources. */
import { computed } from '@preact/signals';
import type { Feature, Point } from 'geojson';
import type { IncidentFeature, ListedIncident } from '../../api/shapes';
import type { Sources } from '../../map/keep';
import { lastReady } from '../../resource';
import { areas, listed, opened } from '../data';
import { signOf } from '../deadline';
import { incidentCode } from '../state';

/** All ground within sight. */
export const shownAreas = lastReady(areas);

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
  incidents: computed(() => ({
    type: 'FeatureCollection',
    features: (listed.value ?? [])
      .filter(isPlaced)
      .map((one) => ({ ...one, properties: { ...one.properties, sign: signOf(one.properties) } })),
  })),
  chosen: computed(() => ({ type: 'FeatureCollection', features: chosenPlace.value ? [chosenPlace.value] : [] })),
};
