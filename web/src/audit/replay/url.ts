/** What a link holds of a replay: the moment, what is chosen, and how fast. */
import { speedOf, USUAL_SPEED, type Speed } from './clock';
import type { Chosen } from './subjects';

export interface Watched {
  /** Epoch milliseconds; `null`: where the day begins. */
  at: number | null;
  chosen: Chosen | null;
  speed: Speed;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const KEY = /^[\w.-]{1,60}$/;

/** Read a query string; what it does not hold, or holds wrongly, is as at the first visit. */
export function readWatched(search: string): Watched {
  const query = new URLSearchParams(search);
  const at = query.get('at') ?? '';
  const key = query.get('rule') ?? '';
  const part = Number(query.get('part'));
  return {
    at: MOMENT.test(at) && !Number.isNaN(Date.parse(at)) ? Date.parse(at) : null,
    chosen: KEY.test(key) ? { key, part: Number.isInteger(part) && part > 0 ? part : null } : null,
    speed: speedOf(Number(query.get('speed'))) ?? USUAL_SPEED,
  };
}

/** Add what `readWatched` reads to a query string; what is as at the first visit is left out. */
export function withWatched(search: string, { at, chosen, speed }: Watched): string {
  const query = new URLSearchParams();
  if (at !== null) query.set('at', `${new Date(at).toISOString().slice(0, 19)}Z`);
  if (chosen) query.set('rule', chosen.key);
  if (chosen?.part) query.set('part', String(chosen.part));
  if (speed !== USUAL_SPEED) query.set('speed', String(speed));
  const more = query.toString().replaceAll('%3A', ':');
  return more ? `${search}${search ? '&' : '?'}${more}` : search;
}
