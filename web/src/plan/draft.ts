/** The draft on the desk: loaded once, then kept in step by the answers to what is changed. */
import { batch, computed, effect, signal } from '@preact/signals';
import {
  fetchAtoms,
  fetchBuildings,
  fetchComparison,
  fetchDraft,
  fetchDraftGrids,
  fetchDrafts,
  sendDivision,
  sendEdit,
  sendRedo,
  sendUndo,
  type Revised,
} from '../api/plan';
import { fetchAreas } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import type { DraftGrids } from '../api/shapes';
import type { Division, Draft, DraftGrid, Edit, Edited } from '../api/types';
import { pick, t } from './i18n';
import { resource } from '../resource';
import { may } from '../session';
import { chosen, scenarioId, tab, view } from './state';

export const areas = resource(() => (may('plan') ? fetchAreas : null));

export const drafts = resource(() => (may('plan') && scenarioId.value === null ? fetchDrafts : null));

interface Desk {
  draft: Draft;
  grids: DraftGrids;
}

export const opened = resource<Desk>(() => {
  const id = scenarioId.value;
  if (id === null || !may('plan')) return null;
  return async (abort) => {
    const [draft, grids] = await Promise.all([fetchDraft(id, abort), fetchDraftGrids(id, abort)]);
    return { draft, grids };
  };
});

const desk = signal<Desk | null>(null);

effect(() => {
  const loaded = opened.state.value;
  if (loaded.status === 'ready') desk.value = loaded.data;
  // While it is read again, the page does not blink.
  else if (loaded.status !== 'loading' || desk.peek()?.draft.id !== scenarioId.peek()) desk.value = null;
});

export const draft = computed(() => desk.value?.draft ?? null);
export const grids = computed(() => desk.value?.grids ?? null);
/** What was withdrawn may be gone on with. */
export const isEditable = computed(() => ['draft', 'review', 'withdrawn'].includes(draft.value?.state ?? ''));

/** The chosen grids that there are. */
export const chosenGrids = computed<DraftGrid[]>(() =>
  chosen.value.flatMap((label) => draft.value?.grids.find((grid) => grid.label === label) ?? []),
);

/** A change on its way: since when, and whether it is to be taken back as soon as it is made. */
export const work = signal<{ since: number; isLong: boolean; isCancelled: boolean } | null>(null);
export const busy = computed(() => work.value !== null);
/** Why the last change was not made. */
export const trouble = signal<Problem | null>(null);
/** What was done last, in words. */
export const done = signal<{ text: string } | null>(null);

/** What had to be mended of the grids that were brought in last, in words. */
export const mended = signal<readonly { zh: string; en: string }[] | null>(null);

const key = computed(() => draft.value?.id ?? null);
const revision = computed(() => draft.value?.revision ?? null);
/** Buildings and roads were looked at again so often. */
const looks = signal(0);

/** Whether somebody is about to sketch: then points are needed to count. */
export const counting = signal(false);

export const buildings = resource(() => {
  looks.value;
  const id = key.value;
  return id !== null && (counting.value || chosen.value.length > 0) ? (abort) => fetchBuildings(id, abort) : null;
});

const NEAR_ZOOM = 15.5;
const isNear = computed(() => (view.value?.zoom ?? 0) >= NEAR_ZOOM);

/** Atoms as they are in a revision. */
export const atoms = resource(() => {
  const [id, at] = [key.value, revision.value];
  if (id === null || at === null || !(counting.value || isNear.value)) return null;
  return async (abort) => ({ revision: at, ...(await fetchAtoms(id, abort)) });
});

export const comparison = resource(() => {
  const [id, at] = [key.value, revision.value];
  return id !== null && at !== null && tab.value === 'publish' ? (abort) => fetchComparison(id, abort) : null;
});

// What was said of one draft is not true of another.
effect(() => {
  scenarioId.value;
  batch(() => {
    trouble.value = null;
    done.value = null;
    mended.value = null;
  });
});

/** Edits that may take the program seconds. */
const LONG: readonly Edit['op'][] = ['split', 'partition', 'fill_gaps', 'refresh'];

/** Make an edit, and say whether it was made. */
export async function edit(wanted: Edit): Promise<boolean> {
  const made = await change((now) => sendEdit(now, wanted), told, LONG.includes(wanted.op));
  if (made && wanted.op === 'refresh') looks.value += 1;
  return made;
}

/** Replace the grids by those of a file. */
export async function takeOver(division: Division): Promise<void> {
  mended.value = null;
  await change(async (now) => {
    const answer = await sendDivision(now, division);
    mended.value = answer.mended as { zh: string; en: string }[];
    return answer;
  }, told, true);
}

/** Do not want what is on its way any more: the program cannot stop in the middle, so it is undone once it is made. */
export function cancelWork(): void {
  if (work.peek()) work.value = { ...work.peek()!, isCancelled: true };
}

/** Take the last edit back. */
export function undo(): void {
  const what = told(draft.peek());
  if (draft.peek()?.can_undo) void change(sendUndo, () => t('已撤销：{what}', { what }));
}

/** Do an edit again that was taken back. */
export function redo(): void {
  if (draft.peek()?.can_redo) void change(sendRedo, (after) => t('已重做：{what}', { what: told(after) }));
}

/** Send something that changes the draft and is answered with all of it. */
export async function changeState(send: (now: Revised) => Promise<Draft>): Promise<void> {
  const now = draft.peek();
  if (!now) return;
  const after = await send(now);
  batch(() => {
    if (desk.peek()) desk.value = { ...(desk.peek() as Desk), draft: after };
    trouble.value = null;
    done.value = null;
  });
}

/** Read the draft again, as somebody else has made it. */
export function reload(): void {
  trouble.value = null;
  opened.reload();
}

async function change(
  send: (now: Revised) => Promise<Edited>,
  say: (after: Draft) => string,
  isLong = false,
): Promise<boolean> {
  const now = draft.peek();
  if (!now || work.peek() || !isEditable.peek()) return false;
  batch(() => {
    work.value = { since: performance.now(), isLong, isCancelled: false };
    trouble.value = null;
  });
  // Meanwhile another draft may have been opened.
  const isStillOpen = (): boolean => draft.peek()?.id === now.id;
  try {
    const answer = await send(now);
    if (isStillOpen()) take(answer, say(answer.scenario));
    if (work.peek()?.isCancelled !== true) return true;
    const back = await sendUndo(answer.scenario);
    if (isStillOpen()) take(back, t('已取消。'));
    return false;
  } catch (error) {
    if (isStillOpen()) trouble.value = asProblem(error);
    return false;
  } finally {
    work.value = null;
  }
}

/** At most so many changed grids are chosen afterwards: more are no choice, but a town. */
const MOST_CHOSEN = 4;

function take({ scenario, changed, removed }: Edited, text: string): void {
  const newer = (changed as unknown as DraftGrids).features;
  const replaced = new Set([...removed, ...newer.map(({ id }) => id)]);
  const kept = desk.peek()?.grids.features.filter(({ id }) => !replaced.has(id as number)) ?? [];
  const labels = newer.map(({ id }) => id as number);
  batch(() => {
    desk.value = { draft: scenario, grids: { type: 'FeatureCollection', features: [...kept, ...newer] } };
    const left = chosen.peek().filter((label) => scenario.grids.some((grid) => grid.label === label));
    chosen.value = labels.length > 0 && labels.length <= MOST_CHOSEN ? labels : left;
    done.value = { text };
  });
}

/** What was done last, as the history tells it. */
function told(now: Draft | null): string {
  const last = now?.history.findLast((one) => !one.undone);
  return last ? pick(last) : '';
}
