/** Who looked at one's track: what was the same on one day, once. */
import type { Looks } from '../api/types';
import { fullDay } from '../format';

type Look = Looks['looks'][number];

export interface Looked {
  actor: string;
  reason: string;
  from: string;
  to: string;
  times: number;
  /** When the last of them was. */
  at: string;
}

/** Return the looks of others, the newest first; one who looked again on a day, at the same for the same reason, once. */
export function byOthers(looks: readonly Look[], zone: string): Looked[] {
  const found = new Map<string, Looked>();
  for (const { actor, reason, from, to, at, own } of looks) {
    if (own) continue;
    const key = JSON.stringify([fullDay(at, zone), actor, reason, from, to]);
    const before = found.get(key);
    const last = before && before.at > at ? before.at : at;
    found.set(key, { actor, reason, from, to, at: last, times: (before?.times ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
