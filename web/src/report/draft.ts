/** A report that is being written: what survives a reload, and what it still lacks. */
import type { NewReport } from '../api/types';
import { isRecent, localTime } from '../local-time';

export type How = 'point' | 'address' | 'community';

export interface Draft {
  /** Made once a form: sent twice it is one incident. */
  code: string;
  /** Whose it is; on a shared phone nobody finds another's words. */
  account: string;
  category: string | null;
  title: string;
  description: string;
  persons: string;
  how: How;
  lon: number | null;
  lat: number | null;
  address: string;
  community: string;
  /** A local time as the field writes it; `null`: now. */
  at: string | null;
  /** It arrived; only files may be missing. */
  received: boolean;
}

export const MOST_PERSONS = 10_000;

/** Return an empty draft. */
export function newDraft(account: string, code: string): Draft {
  const words = { title: '', description: '', persons: '', address: '', community: '' };
  const place = { how: 'point' as const, lon: null, lat: null };
  return { code, account, category: null, ...words, ...place, at: null, received: false };
}

/** Read a stored draft; what cannot be read, or is another's, is none. */
export function readDraft(text: string | null, account: string): Draft | null {
  try {
    const stored = JSON.parse(text ?? 'null') as Partial<Draft> | null;
    if (!stored || stored.account !== account || typeof stored.code !== 'string') return null;
    return { ...newDraft(account, stored.code), ...stored };
  } catch {
    return null;
  }
}

export type Lack = 'category' | 'title' | 'persons' | 'place' | 'time';

/** Say what a draft lacks; `unplaced`: the program knows no community for whom reports. */
export function lacks(draft: Draft, unplaced: boolean, zone: string, now: Date): Lack[] {
  const found: Lack[] = [];
  if (!draft.category) found.push('category');
  if (!draft.title.trim()) found.push('title');
  if (personsOf(draft) === undefined) found.push('persons');
  if (!isPlaced(draft, unplaced)) found.push('place');
  if (draft.at !== null && !isRecent(draft.at, zone, now, OLDEST_DAYS)) found.push('time');
  return found;
}

/** How many persons; `null`: not said, `undefined`: no number. */
export function personsOf({ persons }: Draft): number | null | undefined {
  if (!persons.trim()) return null;
  const number = Number(persons);
  return Number.isInteger(number) && number >= 0 && number <= MOST_PERSONS ? number : undefined;
}

function isPlaced({ how, lon, address, community }: Draft, unplaced: boolean): boolean {
  if (how === 'point') return lon !== null;
  const inCommunity = community !== '' || !unplaced;
  return how === 'address' ? address.trim() !== '' && inCommunity : inCommunity;
}

const OLDEST_DAYS = 31;

/** Where a draft says it is, as the program takes it. */
export function placeOf({ how, lon, lat, address, community }: Draft) {
  if (how === 'point') return { lon, lat, address: address.trim() };
  return { address: how === 'address' ? address.trim() : '', ...(community && { community }) };
}

/** Return what is sent. */
export function reportOf(draft: Draft, zone: string): NewReport {
  return {
    code: draft.code,
    category: draft.category ?? '',
    title: draft.title.trim(),
    description: draft.description.trim(),
    persons: personsOf(draft) ?? null,
    at: timeOf(draft, zone),
    ...placeOf(draft),
  };
}

/** When it was found; `null`: now, by the program's clock, since that of a phone may be wrong. */
export function timeOf({ at }: Draft, zone: string): string | null {
  return at === null ? null : localTime(at, zone);
}
