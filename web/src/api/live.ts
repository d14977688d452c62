/** The requests of the live page: who is where now, what calls, and who looks after it. */
import { body, client } from './request';
import type { GridPlaces } from './shapes';
import type { AlertTaker, LiveAlert } from './types';

/** Where the grids of now are; their outlines come as tiles. */
export function fetchGridPlaces(signal: AbortSignal): Promise<GridPlaces> {
  return body(client.GET('/api/live/grids', { signal }));
}

const of = (id: number) => ({ params: { path: { id } } });

/** Say that one has seen an alert. */
export function acknowledgeLiveAlert(id: number): Promise<LiveAlert> {
  return body(client.POST('/api/live/alerts/{id}/acknowledge', of(id)));
}

/** Hand an alert to somebody, by the name that the account signs in with. */
export function assignAlert(id: number, to: string): Promise<LiveAlert> {
  return body(client.POST('/api/live/alerts/{id}/assign', { ...of(id), body: { to } }));
}

/** To whom an alert can be handed. */
export function fetchTakers(id: number): Promise<AlertTaker[]> {
  return body(client.GET('/api/live/alerts/{id}/takers', of(id)));
}

export interface StreamQuery {
  community: string | null;
  /** West, south, east, north: within it positions are told, which is a look. */
  bbox: readonly number[] | null;
  /** Id of the last event, after which to go on; `null` begins with all. */
  after: string | null;
}

/** The address of the stream of what changes. */
export function streamAddress({ community, bbox, after }: StreamQuery): string {
  const query = new URLSearchParams();
  if (community) query.set('community', community);
  if (bbox) query.set('bbox', bbox.join(','));
  if (after !== null) query.set('after', after);
  return query.size > 0 ? `/api/live/events?${query}` : '/api/live/events';
}
