/** The requests of reporting an incident. */
import { body, client, sendFile } from './request';
import type { AttachmentShown, Category, Incident, LikelyDuplicate, Located, NewReport, WhatIsReported } from './types';

/** The tree of categories, groups before what is in them. */
export async function fetchCategories(signal: AbortSignal): Promise<Category[]> {
  const answer = body<{ categories: Category[] }>(client.GET('/api/incidents/categories', { signal }));
  return (await answer).categories;
}

/** In which grid a point is now. */
export function fetchWhere(lon: number, lat: number, signal: AbortSignal): Promise<Located> {
  return body(client.GET('/api/locate', { params: { query: { lon, lat } }, signal }));
}

/** What is stored and likely the same as what is about to be reported. */
export async function lookForDuplicates(what: WhatIsReported, signal?: AbortSignal): Promise<LikelyDuplicate[]> {
  const sent = client.POST('/api/incidents/duplicates/look', { body: what, ...(signal && { signal }) });
  return (await body<{ duplicates: LikelyDuplicate[] }>(sent)).duplicates;
}

/** Report; sent again with the same code it is the same incident. */
export function sendReport(report: NewReport): Promise<Incident> {
  return body(client.POST('/api/incidents', { body: report }));
}

/** An incident as it stands. */
export function fetchIncident(code: string, signal?: AbortSignal): Promise<Incident> {
  return body(client.GET('/api/incidents/{code}', { params: { path: { code } }, ...(signal && { signal }) }));
}

/** Add a photo, sound or video; the same file again is the same attachment. */
export function sendAttachment(code: string, file: File, onShare: (share: number) => void): Promise<AttachmentShown> {
  return sendFile(`/api/incidents/${encodeURIComponent(code)}/attachments`, file, onShare);
}
