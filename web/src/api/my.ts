/** What a worker asks about oneself: one's day now. */
import { body, client } from './request';
import type { components } from './schema';

type Schemas = components['schemas'];

export type MyDay = Schemas['MyDay'];
export type MyNow = Schemas['MyNow'];
export type Duty = Schemas['Duty'];
export type DutyKind = Schemas['DutyKind'];
export type DutySign = Pick<Schemas['DutySign'], 'action' | 'at'> & { kind?: DutyKind };

/** One's own state now, and what one still owes. */
export function fetchMyDay(signal: AbortSignal): Promise<MyDay> {
  return body(client.GET('/api/my/day', { signal }));
}

/** One's own duty of today: open sessions first, then the newest. */
export function fetchMyDuty(signal: AbortSignal): Promise<Schemas['OwnDuty']> {
  return body(client.GET('/api/duty', { signal }));
}

/** Sign in or out; the same again changes nothing. */
export function signDuty(sign: DutySign): Promise<Schemas['SignedDuty']> {
  return body(client.POST('/api/duty', { body: sign as Schemas['DutySign'] }));
}
