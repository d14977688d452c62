/** Where one begins who did not want to go anywhere: workers with their own work, others at what there is to do or see. */
import { fetchStarted } from '../api/start';
import type { Session } from '../api/types';

const SET_UP = ['admin', 'planner'];

/** Return the path of the first page after signing in. */
export async function firstPage({ roles, worker }: Session): Promise<string> {
  if (worker && roles.every(({ role }) => role === 'worker')) return '/my/';
  if (!roles.some(({ role }) => SET_UP.includes(role))) return '/';
  // Where it cannot be told, the usual page says what is wrong.
  const started = await fetchStarted().catch(() => null);
  return started && started.grids === 0 ? '/start/' : '/';
}
