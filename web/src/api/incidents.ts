/** The requests of following incidents: listed, looked at, moved on, merged; and what calls. */
import { body, client } from './request';
import type { IncidentList } from './shapes';
import type {
  Alert,
  AttachmentShown,
  Incident,
  IncidentCounts,
  IncidentQuery,
  LikelyDuplicate,
  LikelyPair,
  MoveWanted,
  Workflow,
} from './types';

const of = (code: string) => ({ params: { path: { code } } });

/** A page of incidents, in the order and with the filters that are asked for. */
export function fetchIncidents(query: IncidentQuery, signal?: AbortSignal): Promise<IncidentList> {
  return body(client.GET('/api/incidents', { params: { query }, ...(signal && { signal }) }));
}

/** How many there are with such filters. */
export function fetchIncidentCounts(query: IncidentQuery, signal: AbortSignal): Promise<IncidentCounts> {
  return body(client.GET('/api/incidents/counts', { params: { query }, signal }));
}

/** The workflows with their states and moves. */
export async function fetchWorkflows(signal: AbortSignal): Promise<Workflow[]> {
  return (await body<{ workflows: Workflow[] }>(client.GET('/api/workflows', { signal }))).workflows;
}

/** What calls and nobody has acknowledged. */
export async function fetchAlerts(signal: AbortSignal): Promise<Alert[]> {
  return (await body<{ alerts: Alert[] }>(client.GET('/api/incidents/alerts', { signal }))).alerts;
}

/** Say that one has seen an alert. */
export function acknowledgeAlert(id: number): Promise<void> {
  return body(client.POST('/api/incidents/alerts/{id}/acknowledge', { params: { path: { id } } }));
}

/** Move an incident on, as it was read. */
export function sendMove({ code, revision }: Incident, move: MoveWanted): Promise<Incident> {
  const params = { path: { code }, header: { 'if-match': `"${revision}"` } };
  return body(client.POST('/api/incidents/{code}/moves', { params, body: move }));
}

/** What is likely the same as an incident. */
export async function fetchDuplicates(code: string, signal: AbortSignal): Promise<LikelyDuplicate[]> {
  const sent = client.GET('/api/incidents/{code}/duplicates', { ...of(code), signal });
  return (await body<{ duplicates: LikelyDuplicate[] }>(sent)).duplicates;
}

/** Pairs of the last days that are likely the same. */
export async function fetchPairs(signal: AbortSignal): Promise<LikelyPair[]> {
  return (await body<{ pairs: LikelyPair[] }>(client.GET('/api/incidents/duplicates', { signal }))).pairs;
}

/** Close one incident as a duplicate of another, and return that one. */
export function sendMerge(code: string, into: string, why: string): Promise<Incident> {
  return body(client.POST('/api/incidents/{code}/merge', { ...of(code), body: { into, why } }));
}

/** Undo a merge, and return the incident that is one of its own again. */
export function sendUnmerge(code: string, why: string): Promise<Incident> {
  return body(client.POST('/api/incidents/{code}/unmerge', { ...of(code), body: { why } }));
}

/** Photos, sound and video of an incident. */
export async function fetchAttachments(code: string, signal: AbortSignal): Promise<AttachmentShown[]> {
  const sent = client.GET('/api/incidents/{code}/attachments', { ...of(code), signal });
  return (await body<{ attachments: AttachmentShown[] }>(sent)).attachments;
}

/** Where the content of an attachment is. */
export function attachmentAddress(code: string, sha256: string): string {
  return `/api/incidents/${encodeURIComponent(code)}/attachments/${sha256}`;
}
