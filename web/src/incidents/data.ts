/** What the page asks for, following what is chosen; only what the caller may see is asked for. */
import { computed, effect, signal } from '@preact/signals';
import { fetchAreas, fetchGridNames } from '../api/client';
import {
  fetchAlerts,
  fetchAttachments,
  fetchDuplicates,
  fetchIncidentCounts,
  fetchIncidents,
  fetchPairs,
  fetchWorkflows,
} from '../api/incidents';
import { fetchCategories, fetchIncident } from '../api/reporting';
import type { IncidentFeature } from '../api/shapes';
import type { Incident } from '../api/types';
import { kept } from '../kept';
import { ready, resource } from '../resource';
import { may } from '../session';
import { filters, incidentCode, sort } from './state';
import { queryOf } from './url';

/** How many are asked for at once: they are all on the map, and the list shows of them what is scrolled to. */
const PAGE = 1000;
const ALERTS_MS = 30_000;
const LIST_MS = 120_000;

export const areas = resource(() => (may('see_map') ? fetchAreas : null));
export const grids = resource(() => (may('see_map') ? fetchGridNames : null));
export const gridNames = computed(
  () => new Map((ready(grids.state.value)?.features ?? []).map(({ properties: { code, name } }) => [code, name])),
);
export const categories = resource(() => (may('see_incidents') ? fetchCategories : null));
export const workflows = resource(() => (may('see_incidents') ? fetchWorkflows : null));

const asked = computed(() => (may('see_incidents') ? { ...queryOf(filters.value), sort: sort.value, limit: PAGE } : null));

export const firstPage = kept(() => {
  const query = asked.value;
  return query && ((abort) => fetchIncidents(query, abort));
}, LIST_MS);

export const counts = kept(() => {
  const query = may('see_incidents') ? queryOf(filters.value) : null;
  return query && ((abort) => fetchIncidentCounts(query, abort));
}, LIST_MS);

export const alerts = kept(() => (may('handle_incidents') ? fetchAlerts : null), ALERTS_MS);

export const opened = kept<Incident>(() => {
  const code = incidentCode.value;
  return code && may('see_incidents') ? (abort) => fetchIncident(code, abort) : null;
});

/** Pages behind the first, as far as they were asked for. */
const behind = signal<{ features: readonly IncidentFeature[]; next: string | null } | null>(null);
effect(() => {
  asked.value;
  behind.value = null;
});

/** The incidents of all pages that are here, each once; `null` before the first. */
export const listed = computed<readonly IncidentFeature[] | null>(() => {
  const first = firstPage.state.value.data;
  if (!first || !behind.value) return first && first.features;
  const all = [...first.features, ...behind.value.features];
  return [...new Map(all.map((one) => [one.properties.code, one])).values()];
});

/** What asks for the next page; `null` after the last. */
export const nextPage = computed(() => {
  const later = behind.value;
  return later ? later.next : (firstPage.state.value.data?.next ?? null);
});

/** Get one more page of what is listed. */
export async function getMore(): Promise<void> {
  const [query, after] = [asked.peek(), nextPage.peek()];
  if (!query || !after) return;
  const { features, next } = await fetchIncidents({ ...query, after });
  if (asked.peek() === query) behind.value = { features: [...(behind.peek()?.features ?? []), ...features], next };
}

export const attachments = resource(() => {
  const code = incidentCode.value;
  return code && may('see_attachments') ? (abort) => fetchAttachments(code, abort) : null;
});

export const duplicates = resource(() => {
  const code = incidentCode.value;
  return code && may('see_attachments') ? (abort) => fetchDuplicates(code, abort) : null;
});

export const pairs = resource(() => (may('see_attachments') && incidentCode.value === null ? fetchPairs : null));

/** The workflow of the chosen incident. */
export const workflow = computed(() => {
  const wanted = opened.state.value.data?.workflow;
  return ready(workflows.state.value)?.find(({ id, version }) => id === wanted?.id && version === wanted.version) ?? null;
});

/** Something was changed: ask again for what shows it. */
export function refresh(): void {
  for (const one of [firstPage, counts, alerts]) one.reload();
  duplicates.reload();
}
