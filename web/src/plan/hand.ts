/** The tool in hand, and what is drawn with it so far. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { Position } from 'geojson';
import { chosenGrids, counting, grids, isEditable } from './draft';
import { chosen, scenarioId, tab } from './state';

export type Tool = 'split' | 'draw' | 'merge' | 'move' | 'border';

export const tool = signal<Tool | null>(null);
/** What is drawn so far, up to the pointer. */
export const sketched = signal<readonly Position[]>([]);
/** Whether atoms are cut along what is drawn; otherwise each goes whole to one side. */
export const exact = signal(false);
/** Whether what is drawn goes to the chosen grid instead of a new one. */
export const intoChosen = signal(false);

/** The only chosen grid: the one that a line splits. */
export const target = computed(() => {
  const [only, ...others] = chosenGrids.value;
  return only && others.length === 0 ? (grids.value?.features.find(({ id }) => id === only.label) ?? null) : null;
});

/** A click that follows the end of a sketch was meant for it. */
const QUIET_MS = 400;
let endedAt = -Infinity;

/** Whether clicks on the map choose grids. */
export function picksGrids(): boolean {
  const inHand = tool.peek();
  // Two grids have a border; until there are two, clicks choose them.
  const isSketching = inHand !== null && inHand !== 'merge' && !(inHand === 'border' && chosen.peek().length < 2);
  return !isSketching && performance.now() - endedAt > QUIET_MS;
}

/** Whether a click adds to what is chosen. */
export function addsGrids(): boolean {
  return tool.peek() === 'merge' || tool.peek() === 'border';
}

/** End the sketch without doing anything. */
export function endSketch(): void {
  if (tool.peek() !== null && tool.peek() !== 'merge') endedAt = performance.now();
  batch(() => {
    tool.value = null;
    sketched.value = [];
  });
}

// What cannot go on ends: another draft, the other half of the panel, no grid to split any more.
effect(() => {
  scenarioId.value;
  if (tab.value !== 'plan' || !isEditable.value) endSketch();
});
effect(() => {
  if (tool.value === 'split' && chosen.value.length !== 1) endSketch();
});
effect(() => {
  counting.value = tool.value !== null && tool.value !== 'merge';
});
