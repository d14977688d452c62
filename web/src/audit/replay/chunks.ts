/** A path in short pieces, so that what was played is coloured piece by piece and the track is never sent again. */
import type { Feature, LineString, Position } from 'geojson';
import type { SegmentClass } from '../../api/shapes';
import type { Path } from './path';

export interface Chunk {
  kind: 'segment';
  class: SegmentClass;
  /** The fixes at its ends. */
  first: number;
  last: number;
}

export type ChunkFeature = Feature<LineString, Chunk> & { id: number };

/** So many ways at most: the piece that the clock is in is drawn anew at each step. */
const WAYS = 24;

/** Return pieces of one class each, in the order of time; their ids count from 0. */
export function chunksOf({ places, way }: Path): ChunkFeature[] {
  const chunks: ChunkFeature[] = [];
  for (let index = 0; index < way.length - 1; index += 1) {
    const name = way[index];
    if (!name) continue;
    const before = chunks.at(-1);
    const goesOn = before?.properties.last === index && before.properties.class === name;
    if (before && goesOn && index - before.properties.first < WAYS) {
      before.geometry.coordinates.push(places[index + 1] as Position);
      before.properties.last = index + 1;
    } else {
      chunks.push(chunk(chunks.length, name, index, places));
    }
  }
  return chunks;
}

function chunk(id: number, name: SegmentClass, first: number, places: readonly Position[]): ChunkFeature {
  const coordinates = places.slice(first, first + 2);
  return {
    type: 'Feature',
    id,
    geometry: { type: 'LineString', coordinates },
    properties: { kind: 'segment', class: name, first, last: first + 1 },
  };
}

/** Return how many pieces are over at a moment. */
export function playedOf(chunks: readonly ChunkFeature[], { t }: Path, ms: number): number {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((t[(chunks[middle] as ChunkFeature).properties.last] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
