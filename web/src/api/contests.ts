/** The requests of contests: what is objected to, and what becomes of it. */
import { body, client } from './request';
import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type Contest = Schemas['Contest'];
export type ContestState = Schemas['ContestState'];
export type ContestList = Schemas['ContestList'];
export type NewContest = Schemas['ContestFiled'];
export type Decision = Schemas['ContestDecided']['outcome'];
export type ContestQuery = NonNullable<paths['/api/contests']['get']['parameters']['query']>;

/** Contests in sight, newest first. */
export function fetchContests(query: ContestQuery, signal: AbortSignal): Promise<ContestList> {
  return body(client.GET('/api/contests', { params: { query }, signal }));
}

/** Object to one of one's own verdicts. */
export function fileContest(code: string, sent: NewContest): Promise<Contest> {
  return body(client.POST('/api/workers/{code}/contests', { params: { path: { code } }, body: sent }));
}

/** Take one's own contest back; it stays, and the verdict counts. */
export function withdrawContest(id: number): Promise<Contest> {
  return body(client.POST('/api/contests/{id}/withdraw', { params: { path: { id } } }));
}

/** Accept or reject somebody's contest, and say why. */
export function decideContest(id: number, outcome: Decision, words: string): Promise<Contest> {
  return body(client.POST('/api/contests/{id}/decide', { params: { path: { id } }, body: { outcome, words } }));
}
