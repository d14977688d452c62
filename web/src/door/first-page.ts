/** Where one begins who did not want to go anywhere: at what there is to do, while there is nothing to see yet. */
import { fetchStarted } from '../api/start';
import type { Session } from '../api/types';

const SET_UP = ['admin', 'planner'];

/** Return the path of the first page after signing in. */
export async function firstPage({ roles }: Session): Promise<string> {
  if (!roles.some(({ role }) => SET_UP.includes(role))) return '/';
  // Where it cannot be told, the usual page says what is wrong.
  const started = await fetchStarted().catch(() => null);
  return started && started.grids === 0 ? '/start/' : '/';
}
