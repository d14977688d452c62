/** What was published of a community, and where its grids came from. */
import { computed, signal } from '@preact/signals';
import { fetchDivisions, fetchDraft, fetchLineage, sendRestore, sendWithdraw } from '../api/plan';
import type { Lineage, Published } from '../api/types';
import { resource } from '../resource';
import { changeState, chosenGrids, draft } from './draft';
import { openScenario, openTab, scenarioId, tab } from './state';

/** The community whose publications are looked at while no draft is open. */
export const lookedAt = signal<string | null>(null);

const community = computed(() =>
  scenarioId.value === null ? lookedAt.value : tab.value === 'past' ? (draft.value?.community.code ?? null) : null,
);
/** What is published of the draft itself makes the list another. */
const state = computed(() => draft.value?.state);

export const divisions = resource<Published[]>(() => {
  state.value;
  const code = community.value;
  return code === null ? null : (abort) => fetchDivisions(code, abort);
});

/** The code of the only chosen grid; a new one has none. */
const code = computed(() => {
  const [only, ...others] = chosenGrids.value;
  return tab.value === 'past' && only && others.length === 0 ? only.code : null;
});

export const lineage = resource<Lineage>(() => {
  const wanted = code.value;
  return wanted === null ? null : (abort) => fetchLineage(wanted, abort);
});

export type Standing = 'coming' | 'in force' | 'over' | 'withdrawn';

/** Say what each publication is at an instant; they come newest first. */
export function standings(all: readonly Published[], now: Date): Standing[] {
  let isLater = false;
  return all.map(({ valid_from: from, withdrawn_at: withdrawn }) => {
    if (withdrawn !== null) return 'withdrawn';
    if (new Date(from) > now) return 'coming';
    const standing = isLater ? 'over' : 'in force';
    isLater = true;
    return standing;
  });
}

/** Open a draft that brings a division back, or the one before it, where it can be published. */
export async function restore(id: number, predecessor: boolean): Promise<void> {
  const made = await sendRestore(id, predecessor);
  openScenario(made.id);
  openTab('publish');
}

/** Take a publication back before its moment. */
export async function withdraw({ scenario }: Published): Promise<void> {
  if (draft.peek()?.id === scenario.id) await changeState(sendWithdraw);
  else await sendWithdraw(await fetchDraft(scenario.id, new AbortController().signal));
  divisions.reload();
}
