/** What the map page asks for, typed by the program's own OpenAPI document. */
import { body, client } from './request';
import type { Areas, GridNames, Grids, Reports, Track } from './shapes';
import type { About, DaysAnswer, PeriodsAnswer, RevisionsAnswer, WorkersAnswer } from './types';

/** The version and the time zone of the program. */
export function fetchAbout(signal: AbortSignal): Promise<About> {
  return body(client.GET('/api/about', { signal }));
}

/** Counties, subdistricts and communities. */
export function fetchAreas(signal: AbortSignal): Promise<Areas> {
  return body(client.GET('/api/areas', { signal }));
}

/** The boundaries in force at an instant, else now, with their households. */
export function fetchGrids(at: string | null, signal: AbortSignal): Promise<Grids> {
  return body(client.GET('/api/grids', { params: { query: at ? { at } : {} }, signal }));
}

/** The grids in force now by code and name, and nothing else: their outlines are in the tiles of the maps. */
export function fetchGridNames(signal: AbortSignal): Promise<GridNames> {
  return body(client.GET('/api/grids', { params: { query: { names: true } }, signal }));
}

/** Every worker with the outcomes so far. */
export function fetchWorkers(signal: AbortSignal): Promise<WorkersAnswer> {
  return body(client.GET('/api/workers', { signal }));
}

/** Days, weeks, patrols and signs of a worker, first and last day included. */
export function fetchDays(code: string, from: string, to: string, signal: AbortSignal): Promise<DaysAnswer> {
  return body(client.GET('/api/workers/{code}/days', { params: { path: { code }, query: { from, to } }, signal }));
}

/** Months and quarters of a worker that have a day from `from` to `to`, the newest first. */
export function fetchPeriods(code: string, from: string, to: string, signal: AbortSignal): Promise<PeriodsAnswer> {
  return body(client.GET('/api/workers/{code}/periods', { params: { path: { code }, query: { from, to } }, signal }));
}

/** One day of a track. The program writes each look into its ledger. */
export function fetchTrack(code: string, date: string, signal: AbortSignal): Promise<Track> {
  return body(client.GET('/api/workers/{code}/track', { params: { path: { code }, query: { date } }, signal }));
}

/** Every judging of a worker's week, oldest first, each with what it changed. */
export function fetchRevisions(code: string, week: string, signal: AbortSignal): Promise<RevisionsAnswer> {
  return body(client.GET('/api/workers/{code}/weeks/{week}/revisions', { params: { path: { code, week } }, signal }));
}

/** Incidents or hazards. */
export function fetchReports(kind: 'incident' | 'hazard', signal: AbortSignal): Promise<Reports> {
  return body(client.GET('/api/incidents', { params: { query: { kind } }, signal }));
}
