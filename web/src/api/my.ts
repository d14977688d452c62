/** What a worker asks about oneself: one's day now. */
import { body, client } from './request';
import type { components } from './schema';

type Schemas = components['schemas'];

export type MyDay = Schemas['MyDay'];
export type MyNow = Schemas['MyNow'];

/** One's own state now, and what one still owes. */
export function fetchMyDay(signal: AbortSignal): Promise<MyDay> {
  return body(client.GET('/api/my/day', { signal }));
}
