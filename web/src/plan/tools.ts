/** What the tools do, whether asked by button or by key. */
import { signal } from '@preact/signals';
import { t } from './i18n';
import { busy, chosenGrids, done, draft, edit, isEditable, redo, trouble, undo } from './draft';
import { endSketch, tool, type Tool } from './hand';
import { finishSketch } from './sketch';
import { openTab, tab } from './state';

export type Command = 'draw' | 'split' | 'merge' | 'move' | 'border' | 'partition' | 'lock' | 'undo' | 'redo';

/** Whether the machine's proposals are shown. */
export const proposing = signal(false);

/** Say whether a command can be given now. */
export function isPossible(command: Command): boolean {
  if (!isEditable.value || busy.value || tab.value !== 'plan') return false;
  if (command === 'undo') return draft.value?.can_undo ?? false;
  if (command === 'redo') return draft.value?.can_redo ?? false;
  return true;
}

/** Give a command. */
export function give(command: Command): void {
  if (!isPossible(command)) return;
  trouble.value = null;
  switch (command) {
    case 'undo':
      endSketch();
      return undo();
    case 'redo':
      endSketch();
      return redo();
    case 'lock':
      return lock();
    case 'partition':
      endSketch();
      proposing.value = !proposing.value;
      return;
    case 'merge':
      return merge();
    case 'split':
      if (chosenGrids.value.length !== 1 && tool.value !== 'split') return say(t('先在地图上选一个要拆分的网格。'));
      return toggle('split');
    case 'draw':
    case 'move':
    case 'border':
      return toggle(command);
  }
}

/** Confirm what the tool in hand is about. */
export function confirm(): void {
  if (tool.peek() === 'merge') merge();
  else finishSketch();
}

function toggle(wanted: Tool): void {
  const inHand = tool.peek();
  endSketch();
  if (inHand !== wanted) tool.value = wanted;
}

/** Merge what is chosen; with less than two, clicks choose further ones until this is asked for again. */
function merge(): void {
  const labels = chosenGrids.peek().map(({ label }) => label);
  if (labels.length >= 2) {
    endSketch();
    void edit({ op: 'merge', grids: labels, across: false });
  } else toggle('merge');
}

function lock(): void {
  const found = chosenGrids.peek();
  if (found.length === 0) return say(t('先在地图上选一个网格。'));
  const locked = !found.every((grid) => grid.locked);
  void (async () => {
    for (const { label } of found.filter((grid) => grid.locked !== locked)) {
      if (!(await edit({ op: 'lock', grid: label, locked }))) return;
    }
  })();
}

function say(text: string): void {
  done.value = { text };
}

/** Show where a check or an error leads. */
export function backToPlan(): void {
  openTab('plan');
}
