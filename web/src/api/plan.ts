/** The requests of planning. Whatever changes a draft says which revision it was meant for. */
import { body, client } from './request';
import type { Atoms, Buildings, DraftGrids } from './shapes';
import type {
  Comparison,
  Counted,
  CountWanted,
  Division,
  Draft,
  DraftListed,
  Edit,
  Edited,
  Lineage,
  NewDraft,
  Proposal,
  Published,
  TakenOver,
} from './types';

/** Which draft, as it was read. */
export interface Revised {
  id: number;
  revision: number;
}

const of = ({ id }: { id: number }) => ({ params: { path: { id } } });
const inRevision = ({ id, revision }: Revised) => ({
  params: { path: { id }, header: { 'if-match': `"${revision}"` } },
});

/** All drafts that are not put away, and what was published, what changed last first. */
export function fetchDrafts(signal: AbortSignal): Promise<DraftListed[]> {
  return everyPage(async (query) => {
    const page = await body<{ scenarios: DraftListed[]; next?: string | null }>(client.GET('/api/scenarios', { params: { query }, signal }));
    return [page.scenarios, page.next];
  });
}

/** Ask for one page after the other, until there is none left. */
async function everyPage<T>(ask: (query: { after?: string }) => Promise<[T[], string | null | undefined]>): Promise<T[]> {
  const all: T[] = [];
  let query: { after?: string } = {};
  for (;;) {
    const [page, next] = await ask(query);
    all.push(...page);
    if (!next) return all;
    query = { after: next };
  }
}

/** Open a draft of a community. */
export function makeDraft(wanted: NewDraft): Promise<Draft> {
  return body(client.POST('/api/scenarios', { body: wanted }));
}

/** A draft with its figures, checks and history. */
export function fetchDraft(id: number, signal: AbortSignal): Promise<Draft> {
  return body(client.GET('/api/scenarios/{id}', { ...of({ id }), signal }));
}

/** The outlines of a draft's grids. */
export function fetchDraftGrids(id: number, signal: AbortSignal): Promise<DraftGrids> {
  return body(client.GET('/api/scenarios/{id}/grids', { ...of({ id }), signal }));
}

/** What a draft's grids are made of. */
export function fetchAtoms(id: number, signal: AbortSignal): Promise<Atoms> {
  return body(client.GET('/api/scenarios/{id}/atoms', { ...of({ id }), signal }));
}

/** The points that buildings are counted by. */
export function fetchBuildings(id: number, signal: AbortSignal): Promise<Buildings> {
  return body(client.GET('/api/scenarios/{id}/buildings', { ...of({ id }), signal }));
}

/** The grids that something drawn would touch, as they would be, or why it cannot be done. */
export function sendCount(id: number, wanted: CountWanted, signal: AbortSignal): Promise<Counted> {
  const params = { path: { id }, query: { drawing: true } };
  return body(client.POST('/api/scenarios/{id}/count', { params, body: { exact: false, across: false, ...wanted }, signal }));
}

/** Make an edit. */
export function sendEdit(draft: Revised, edit: Edit): Promise<Edited> {
  return body(client.POST('/api/scenarios/{id}/edits', { ...inRevision(draft), body: edit }));
}

/** Take the last edit back. */
export function sendUndo(draft: Revised): Promise<Edited> {
  return body(client.POST('/api/scenarios/{id}/undo', inRevision(draft)));
}

/** Do an edit again that was taken back. */
export function sendRedo(draft: Revised): Promise<Edited> {
  return body(client.POST('/api/scenarios/{id}/redo', inRevision(draft)));
}

/** Replace the grids by others, as far as they fit. */
export function sendDivision(draft: Revised, division: Division): Promise<TakenOver> {
  return body(client.POST('/api/scenarios/{id}/division', { ...inRevision(draft), body: division }));
}

/** The machine's proposals for all that is not locked, best first. */
export async function fetchProposals(id: number, seed: number, signal: AbortSignal): Promise<Proposal[]> {
  const sent = client.POST('/api/scenarios/{id}/proposals', { ...of({ id }), body: { seed, count: 3 }, signal });
  return (await body<{ proposals: Proposal[] }>(sent)).proposals;
}

/** What would be otherwise if a draft were published. */
export function fetchComparison(id: number, signal: AbortSignal): Promise<Comparison> {
  return body(client.GET('/api/scenarios/{id}/comparison', { ...of({ id }), signal }));
}

/** Say that one has looked a draft over. */
export function sendReview(draft: Revised, note: string): Promise<Draft> {
  return body(client.POST('/api/scenarios/{id}/review', { ...inRevision(draft), body: { note } }));
}

/** Put a draft into force from an instant on. */
export async function sendPublish(draft: Revised, validFrom: string): Promise<Draft> {
  const sent = client.POST('/api/scenarios/{id}/publish', { ...inRevision(draft), body: { valid_from: validFrom } });
  return (await body<{ scenario: Draft }>(sent)).scenario;
}

/** Take a publication back before its moment. */
export function sendWithdraw(draft: Revised): Promise<Draft> {
  return body(client.POST('/api/scenarios/{id}/withdraw', inRevision(draft)));
}

/** Put a draft away. */
export function dropDraft(draft: Revised): Promise<void> {
  return body(client.DELETE('/api/scenarios/{id}', inRevision(draft)));
}

/** What was published of a community, newest first. */
export function fetchDivisions(community: string, signal: AbortSignal): Promise<Published[]> {
  return everyPage(async (query) => {
    const sent = client.GET('/api/divisions', { params: { query: { community, ...query } }, signal });
    const page = await body<{ divisions: Published[]; next?: string | null }>(sent);
    return [page.divisions, page.next];
  });
}

/** Open a draft that brings a division back, or the one before it. */
export function sendRestore(id: number, predecessor: boolean): Promise<Draft> {
  return body(client.POST('/api/divisions/{id}/restore', { ...of({ id }), body: { predecessor } }));
}

/** What a grid's boundaries came from, and what came from them. */
export function fetchLineage(code: string, signal: AbortSignal): Promise<Lineage> {
  return body(client.GET('/api/grids/{code}/lineage', { params: { path: { code } }, signal }));
}
