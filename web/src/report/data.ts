/** What the page asks for while one writes. */
import { computed, effect, signal } from '@preact/signals';
import { fetchAreas } from '../api/client';
import { fetchCategories, fetchWhere, lookForDuplicates } from '../api/reporting';
import type { WhatIsReported } from '../api/types';
import { zone } from '../about';
import { lastReady, ready, resource } from '../resource';
import { may, me } from '../session';
import { placeOf, timeOf } from './draft';
import { form } from './form';

const mayReport = (): boolean => may('report_incidents');

export const categories = resource(() => (mayReport() ? fetchCategories : null));
export const areas = resource(() => (mayReport() && may('see_map') ? fetchAreas : null));
export const shownAreas = lastReady(areas);

export const communities = computed(() =>
  (ready(areas.state.value)?.features ?? [])
    .map(({ properties }) => properties)
    .filter(({ kind }) => kind === 'community')
    .sort((a, b) => a.code.localeCompare(b.code)),
);

/** Whether whoever reports has to say the community of what has no point: a worker has one. */
export const unplaced = computed(() => !me.value?.worker);

const point = computed(() => {
  const { how, lon, lat } = form.value;
  return how === 'point' && lon !== null && lat !== null ? `${lon},${lat}` : null;
});

export const located = resource(() => {
  const [lon, lat] = point.value?.split(',').map(Number) ?? [];
  return lon !== undefined && lat !== undefined ? (abort) => fetchWhere(lon, lat, abort) : null;
});

/** What duplicates are looked for by; `null`: too little is said yet. */
export const question = computed<string | null>(() => {
  const draft = form.value;
  const { title, description, category, received } = draft;
  const place = placeOf(draft);
  const isPlaced = ('lon' in place && place.lon !== null) || place.address !== '';
  if (received || !category || !title.trim() || !isPlaced) return null;
  const { community: _, ...where } = { community: undefined, ...place };
  const asked: WhatIsReported = { title: title.trim(), description: description.trim(), category, ...where };
  return JSON.stringify({ ...asked, at: timeOf(draft, zone.value) });
});

const PAUSE_MS = 500;
const settled = signal<string | null>(null);

/** Ask when nobody has typed for a moment. */
export function followQuestion(): void {
  effect(() => {
    const asked = question.value;
    const timer = setTimeout(() => (settled.value = asked), PAUSE_MS);
    return () => clearTimeout(timer);
  });
}

const look = resource(() => {
  const asked = settled.value;
  return asked === null
    ? null
    : async (abort) => ({ asked, found: await lookForDuplicates(JSON.parse(asked) as WhatIsReported, abort) });
});

/** What is likely the same, the likeliest first; not this very report, whose answer may have been lost. */
export const likely = computed(() => {
  const found = question.value === null ? [] : (ready(look.state.value)?.found ?? []);
  return found.filter(({ code }) => code !== form.value.code);
});
export const lookFailed = computed(() => look.state.value.status === 'failed');

/** Make sure that what is written now was looked for; a failure is no reason not to report. */
export async function lookNow(): Promise<void> {
  const asked = question.peek();
  settled.value = asked;
  for (;;) {
    const now = look.state.peek();
    if (now.status !== 'loading') return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
