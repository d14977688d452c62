/** The form: kept in this tab of the browser until it was sent. */
import { effect, signal } from '@preact/signals';
import { me } from '../session';
import { newDraft, readDraft, type Draft } from './draft';

const KEY = 'gis-grid-report';

export const form = signal<Draft>(newDraft('', ''));

/** Change some of what is written. */
export function write(part: Partial<Draft>): void {
  form.value = { ...form.peek(), ...part };
}

/** Begin a new report. */
export function beginAgain(): void {
  form.value = newDraft(me.peek()?.name ?? '', crypto.randomUUID());
}

/** It arrived: its words are not kept here any longer. */
export function markReceived(): void {
  const { account, code } = form.peek();
  form.value = { ...newDraft(account, code), received: true };
}

/** Take up what was written before a reload, with the point that the address may name, and keep it from now on. */
export function followForm(): void {
  effect(() => {
    const account = me.value?.name;
    if (!account || form.peek().account === account) return;
    form.value = readDraft(sessionStorage.getItem(KEY), account) ?? newDraft(account, crypto.randomUUID());
    const point = takePoint();
    if (point && !form.peek().received) write({ how: 'point', ...point });
  });
  effect(() => {
    const draft = form.value;
    if (draft.account) sessionStorage.setItem(KEY, JSON.stringify(draft));
  });
}

/** Take the point out of the address bar: once taken, the pin may be moved. */
function takePoint(): { lon: number; lat: number } | null {
  const query = new URLSearchParams(location.search);
  const [lon, lat] = [query.get('lon'), query.get('lat')].map((text) => (text ? Number(text) : Number.NaN));
  if (!query.has('lon') && !query.has('lat')) return null;
  query.delete('lon');
  query.delete('lat');
  history.replaceState(null, '', query.size > 0 ? `${location.pathname}?${query}` : location.pathname);
  const isPlace = lon !== undefined && lat !== undefined && Math.abs(lon) <= 180 && Math.abs(lat) <= 85;
  return isPlace ? { lon, lat } : null;
}
