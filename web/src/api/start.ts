/** How far the installation is. */
import { body, client } from './request';
import type { components } from './schema';

export type Started = components['schemas']['Started'];

/** What there is in one's areas; `null` for who sets nothing up there. */
export async function fetchStarted(signal?: AbortSignal): Promise<Started | null> {
  const { started } = await body<components['schemas']['Start']>(client.GET('/api/start', { signal: signal ?? null }));
  return started;
}
