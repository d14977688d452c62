/** Whether one is on duty: by what the program knows, and by what was signed here and waits to be sent. */
import type { Duty, DutySign } from '../api/my';

/** `since`: from when, `kind`: for what, `until`: how long it counts at most (`null`: the program does not know of it yet). */
export type OnDuty =
  | { on: false }
  | { on: true; since: string; kind: Duty['kind']; until: string | null };

/** Return whether one is on duty at a moment. */
export function dutyNow(known: Duty[], waiting: DutySign[], at: Date): OnDuty {
  const open = known.find(({ from, until, counts_until }) => !until && Date.parse(from) <= +at && +at < Date.parse(counts_until));
  const start: OnDuty = open ? { on: true, since: open.from, kind: open.kind, until: open.counts_until } : { on: false };
  return waiting.reduce<OnDuty>((before, { action, at: signed, kind = 'regular' }) => {
    if (action === 'out') return { on: false };
    return before.on && before.kind === kind ? before : { on: true, since: signed ?? at.toISOString(), kind, until: null };
  }, start);
}
