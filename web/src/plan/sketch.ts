/** The sketch on the map: which tool, what is drawn so far, and the counts that it would come to. */
import { computed, effect, signal } from '@preact/signals';
import type { Position } from 'geojson';
import { ready } from '../resource';
import { atoms, buildings, chosenGrids, counting, draft, edit, grids, isEditable } from './draft';
import { ledOut, placesOn, sidesOf, total, within, type Held } from './sides';
import { chosen, scenarioId, tab } from './state';

export type Tool = 'split' | 'draw' | 'merge';

export const tool = signal<Tool | null>(null);
/** What is drawn so far, up to the pointer. */
export const sketched = signal<readonly Position[]>([]);
/** Whether atoms are cut along what is drawn; otherwise each goes whole to one side. */
export const exact = signal(false);
/** Whether what is drawn goes to the chosen grid instead of a new one. */
export const intoChosen = signal(false);

/** The grid that a line splits: the chosen one. */
export const target = computed(() => {
  const [only, ...others] = chosenGrids.value;
  return only && others.length === 0 ? (grids.value?.features.find(({ id }) => id === only.label) ?? null) : null;
});

/** What is counted: whole atoms, or each building where it stands. */
const counted = computed<readonly (Held & { label?: number })[] | null>(() => {
  const whole = ready(atoms.state.value);
  const isPeople = draft.value?.limits.size === 'people';
  if (!exact.value && !isPeople && whole?.revision === draft.value?.revision && whole) {
    return whole.features.map(({ geometry, properties: { label, households } }) => ({
      places: placesOn(geometry),
      households,
      label,
    }));
  }
  const single = ready(buildings.state.value);
  if (!single) return null;
  return single.features.map(({ geometry, properties }) => ({
    places: [geometry.coordinates],
    households: isPeople ? properties.people : properties.households,
  }));
});

/** What the grid holds that a line would split. */
const held = computed<readonly Held[] | null>(() => {
  const [all, grid] = [counted.value, target.value];
  if (!all || !grid) return null;
  const labelled = all.filter(({ label }) => label === grid.properties.label);
  return labelled.length > 0 ? labelled : within(all, grid.geometry);
});

/** What would be on each side of the line. */
export const sides = computed(() =>
  tool.value === 'split' && held.value ? sidesOf(held.value, sketched.value) : null,
);

/** What would be inside of what is drawn around. */
export const inside = computed(() => {
  const [first] = sketched.value;
  if (tool.value !== 'draw' || !counted.value || !first || sketched.value.length < 3) return null;
  return total(within(counted.value, { type: 'Polygon', coordinates: [[...sketched.value, first]] }));
});

/** What the chosen grids would come to as one. */
export const joint = computed(() => {
  const found = chosenGrids.value;
  const isPeople = draft.value?.limits.size === 'people';
  return found.reduce((sum, grid) => sum + (isPeople ? grid.people : grid.households), 0);
});

/** A click that follows the end of a sketch was meant for it. */
const QUIET_MS = 400;
let endedAt = -Infinity;

/** Whether clicks on the map choose grids. */
export function picksGrids(): boolean {
  const isSketching = tool.peek() === 'split' || tool.peek() === 'draw';
  return !isSketching && performance.now() - endedAt > QUIET_MS;
}

/** End the sketch without doing anything. */
export function endSketch(): void {
  if (tool.peek() !== null && tool.peek() !== 'merge') endedAt = performance.now();
  tool.value = null;
  sketched.value = [];
}

/** Do what the sketch was made for, if there is enough of it. */
export function finishSketch(drawn: readonly Position[] = sketched.peek()): void {
  const [kind, grid, shape] = [tool.peek(), target.peek(), drawn as [number, number][]];
  if (kind === 'split' && grid && shape.length >= 2) {
    const line = { type: 'LineString' as const, coordinates: ledOut(shape, grid.geometry) as [number, number][] };
    endSketch();
    void edit({ op: 'split_by_line', grid: grid.properties.label, line, exact: exact.peek() });
  }
  if (kind === 'draw' && shape.length >= 3) {
    const ring = [...shape, shape[0] as [number, number]];
    const into = intoChosen.peek() ? grid?.properties.label : undefined;
    endSketch();
    void edit({
      op: 'draw',
      polygon: { type: 'Polygon', coordinates: [ring] },
      exact: exact.peek(),
      ...(into !== undefined && { into }),
    });
  }
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
  counting.value = tool.value === 'split' || tool.value === 'draw';
});
