/** Keeps the map in step with the replay's clock: colours pieces that are over, moves the worker, follows. */
import { effect } from '@preact/signals';
import { GeoJSONSource, type Map as MapLibre } from 'maplibre-gl';
import type { FeatureCollection, Position } from 'geojson';
import { playedOf } from '../replay/chunks';
import { spotAt } from '../replay/path';
import { follow, playing } from '../replay/player';
import { chunks, moment, replay } from '../replay/replay';
import { workerAt } from './worker';

type Stop = () => void;

/** What the source of the worker holds now. */
export function workerNow(): FeatureCollection {
  const [shown, now] = [replay.peek(), moment.peek()];
  if (!shown || now === null) return { type: 'FeatureCollection', features: [] };
  return workerAt(shown.path, shown.chunks[playedOf(shown.chunks, shown.path, now)]?.properties, now);
}

/** Follow the clock. */
export function followClock(map: MapLibre): Stop[] {
  return [
    effect(() => {
      // The pieces of another track have the same numbers.
      chunks.value;
      map.removeFeatureState({ source: 'track' });
      let played = 0;
      return effect(() => {
        const [shown, now] = [replay.value, moment.value];
        const over = shown && now !== null ? playedOf(shown.chunks, shown.path, now) : 0;
        for (let id = Math.min(over, played); id < Math.max(over, played); id += 1) {
          map.setFeatureState({ source: 'track', id }, { played: over > played });
        }
        played = over;
      });
    }),
    effect(() => {
      moment.value;
      replay.value;
      const source = map.getSource('replay');
      if (source instanceof GeoJSONSource) source.setData(workerNow());
    }),
    effect(() => {
      const [shown, now] = [replay.value, moment.value];
      const spot = shown && now !== null && playing.value && follow.value ? spotAt(shown.path, now) : null;
      if (spot) keepInView(map, spot.place);
    }),
  ];
}

/** The part of the map in which the worker may walk before the map comes after. */
const QUIET_SHARE = 0.7;

function keepInView(map: MapLibre, place: Position): void {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const at = map.project(place as [number, number]);
  const isNear = (where: number, room: number): boolean => Math.abs(where - room / 2) < (room * QUIET_SHARE) / 2;
  if (isNear(at.x, width) && isNear(at.y, height)) return;
  map.panTo(place as [number, number], { duration: 400 });
}
