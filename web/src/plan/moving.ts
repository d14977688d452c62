/** Ground to be moved from one grid to a neighbour: which, where to, and what that comes to. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { Polygon, Position } from 'geojson';
import { ready } from '../resource';
import { atoms, buildings, draft, grids } from './draft';
import { tool } from './hand';
import { besides, GAP } from './neighbours';
import { placesOn, within } from './sides';
import { chosen } from './state';

/** Keys of the atoms to be moved: all of one grid. */
export const picked = signal<ReadonlySet<number>>(new Set());
/** The building to be moved instead, where it is counted. */
export const pickedBuilding = signal<Position | null>(null);
/** Whether a click takes one building, not the whole ground around it. */
export const oneBuilding = signal(false);
/** Whether a drag over the map draws around ground instead of moving the map. */
export const lassoing = signal(false);
/** What is drawn around ground so far. */
export const lasso = signal<readonly Position[]>([]);
const wantedReceiver = signal<number | null>(null);

const now = computed(() => (tool.value === 'move' ? ready(atoms.state.value) : null));
const found = computed(() => now.value?.features.filter(({ properties }) => picked.value.has(properties.key)) ?? []);
const beside = computed(() => (now.value ? besides(now.value) : null));

/** The building nearest to where one was picked. */
const building = computed(() => {
  const at = pickedBuilding.value;
  return at ? (ready(buildings.state.value)?.features.find(({ geometry }) => geometry.coordinates === at) ?? null) : null;
});

/** The grid that loses ground. */
export const giver = computed<number | null>(() => {
  const at = pickedBuilding.value;
  if (!at) return found.value[0]?.properties.label ?? null;
  const held = [{ places: [at], households: 0 }];
  return grids.value?.features.find(({ geometry }) => within(held, geometry).length > 0)?.properties.label ?? GAP;
});

/** Labels of the grids that the ground can go to, the likeliest first. */
export const receivers = computed<number[]>(() => {
  const [all, from] = [now.value, giver.value];
  if (!all || from === null || !beside.value) return [];
  const whole = all.features.filter(({ properties }) => properties.label === from).map(({ properties }) => properties.key);
  const near = beside.value.of(pickedBuilding.value ? new Set(whole) : picked.value);
  return near.filter((label) => !draft.value?.grids.find((grid) => grid.label === label)?.locked);
});

/** The grid that gets it: the one that was clicked, else the one with the longest border. */
export const receiver = computed<number | null>(() => {
  const wanted = wantedReceiver.value;
  return wanted !== null && wanted !== giver.value ? wanted : (receivers.value[0] ?? null);
});

/** How much is picked, in what the limits count. */
export const pickedAmount = computed(() => {
  const size = draft.value?.limits.size === 'people' ? 'people' : 'households';
  if (building.value) return building.value.properties[size];
  return found.value.reduce((sum, { properties }) => sum + properties[size], 0);
});

/** What the ground is, as the program wants it. */
export const movable = computed<{ atoms: number[] } | { at: [number, number] } | null>(() => {
  const at = pickedBuilding.value;
  if (at) return { at: at as [number, number] };
  return picked.value.size > 0 ? { atoms: [...picked.value] } : null;
});

/** Give what is picked to this grid. */
export function giveTo(label: number): void {
  wantedReceiver.value = label;
}

/** Take an atom, or leave it again; ground of another grid is where the picked ground goes. */
export function pickAtom(key: number, label: number): void {
  if (picked.peek().size > 0 && label !== giver.peek()) {
    if (label !== GAP) giveTo(label);
    return;
  }
  const keys = new Set(picked.peek());
  if (!keys.delete(key)) keys.add(key);
  picked.value = keys;
}

/** Take the building nearest to a place; with one in hand, another grid's ground is where it goes. */
export function pickBuilding(near: Position, label: number): void {
  if (pickedBuilding.peek() && label !== giver.peek() && label !== GAP) return giveTo(label);
  const all = ready(buildings.state.peek())?.features ?? [];
  const off = ([x = 0, y = 0]: Position): number =>
    Math.hypot((x - (near[0] ?? 0)) * Math.cos((y * Math.PI) / 180), y - (near[1] ?? 0));
  const places = all.map(({ geometry }) => geometry.coordinates);
  pickedBuilding.value = places.length > 0 ? places.reduce((best, at) => (off(at) < off(best) ? at : best)) : null;
}

/** Take all ground of one grid that was drawn around. */
export function pickInLasso(): void {
  const ring = lasso.peek();
  lasso.value = [];
  const all = now.peek()?.features ?? [];
  if (ring.length < 3) return;
  const around: Polygon = { type: 'Polygon', coordinates: [[...ring, ring[0] as Position]] };
  const held = all.map(({ geometry, properties }) => ({ ...properties, places: placesOn(geometry) }));
  const inside = within(held, around) as typeof held;
  const label = giver.peek() ?? labelOf(inside);
  const keys = inside.filter((one) => one.label === label).map(({ key }) => key);
  picked.value = new Set([...picked.peek(), ...keys]);
}

/** Of several grids it is the chosen one's ground, else that of which most was drawn around. */
function labelOf(inside: readonly { label: number }[]): number | null {
  const only = chosen.peek().length === 1 ? chosen.peek()[0] : undefined;
  if (only !== undefined && inside.some(({ label }) => label === only)) return only;
  const number = new Map<number, number>();
  for (const { label } of inside) number.set(label, (number.get(label) ?? 0) + 1);
  const [most] = [...number].toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
}

/** Leave all that is picked. */
export function pickNothing(): void {
  batch(() => {
    picked.value = new Set();
    pickedBuilding.value = null;
    wantedReceiver.value = null;
    lasso.value = [];
  });
}

effect(() => {
  if (tool.value !== 'move') {
    pickNothing();
    lassoing.value = false;
  }
});
effect(() => {
  oneBuilding.value;
  pickNothing();
});
