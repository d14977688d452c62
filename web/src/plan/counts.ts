/** What a sketch would come to: estimated here while it moves, told by the program once it rests. */
import { computed, effect, signal } from '@preact/signals';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { sendCount } from '../api/plan';
import type { CountWanted, Counted as Answer, DraftGrid } from '../api/types';
import { ready } from '../resource';
import { borderLine, borderNow, drawsAnew, isBent, pair } from './bordering';
import { atoms, buildings, chosenGrids, draft } from './draft';
import { exact, intoChosen, sketched, target, tool } from './hand';
import { giver, movable, pickedAmount, receiver } from './moving';
import { GAP } from './neighbours';
import { isMostly, leftOf, ledOut, partsOf, placesOn, sidesOf, total, within, withoutRepeats, type Held } from './sides';

/** A grid as it would be. */
export interface Coming {
  /** Null: a new one. */
  label: number | null;
  amount: number;
}

type Counted = Held & { label?: number; key?: number };

/** What is counted: whole atoms, or each building where it stands. */
const counted = computed<readonly Counted[] | null>(() => {
  const whole = ready(atoms.state.value);
  const isPeople = draft.value?.limits.size === 'people';
  if (!exact.value && whole?.revision === draft.value?.revision && whole) return whole.features.map(asHeld);
  const single = ready(buildings.state.value);
  if (!single) return null;
  return single.features.map(({ geometry, properties }) => ({
    places: [geometry.coordinates],
    households: isPeople ? properties.people : properties.households,
  }));
});

/** Places all over an atom are found once. */
const known = new WeakMap<Polygon, Position[]>();

function asHeld({ geometry, properties }: { geometry: Polygon; properties: { key: number; label: number; households: number; people: number } }): Counted {
  const places = known.get(geometry) ?? placesOn(geometry);
  known.set(geometry, places);
  const { key, label, households, people } = properties;
  return { places, households: draft.peek()?.limits.size === 'people' ? people : households, label, key };
}

/** Return what some grids hold. */
function heldBy(labels: readonly { properties: { label: number }; geometry: Polygon | MultiPolygon }[]): Counted[] | null {
  const all = counted.value;
  if (!all) return null;
  const labelled = all.filter(({ label }) => labels.some(({ properties }) => properties.label === label));
  return labelled.length > 0 ? labelled : labels.flatMap(({ geometry }) => within(all, geometry));
}

/** What the grid holds that a line would split. */
const held = computed(() => (target.value ? heldBy([target.value]) : null));

/** What would be on each side of the line. */
const splitHere = computed(() => (tool.value === 'split' && held.value ? sidesOf(held.value, sketched.value) : null));

/** What would be inside of what is drawn around. */
const insideHere = computed(() => {
  const [first] = sketched.value;
  if (tool.value !== 'draw' || !counted.value || !first || sketched.value.length < 3) return null;
  return total(within(counted.value, { type: 'Polygon', coordinates: [[...sketched.value, first]] }));
});

/** The two grids of a border as they would be, which is left of the line, and the atoms that change hands. */
const borderHere = computed(() => {
  const both = pair.value;
  const [one, other] = both?.outlines ?? [];
  if (!both || !one || !other || !isBent.value) return null;
  const line = sketched.value;
  const isLeft = leftOf(drawsAnew.value ? line : borderNow.value, partsOf(one.geometry).flat(2));
  const held = [one, other].map((outline) => heldBy([outline]));
  if (!isLeft || !held[0] || !held[1]) return null;
  const areaOf = (grid: DraftGrid, geometry: Polygon | MultiPolygon): [left: number, right: number] => {
    const places = partsOf(geometry).flatMap((rings) => placesOn({ type: 'Polygon', coordinates: rings }));
    const share = places.filter(isLeft).length / places.length;
    return [grid.area_m2 * share, grid.area_m2 * (1 - share)];
  };
  const [a, b] = [areaOf(both.one, one.geometry), areaOf(both.other, other.geometry)];
  // Each side goes to the grid that held more of it.
  const isOneLeft = a[0] + b[1] >= b[0] + a[1];
  // What changes hands lies beyond a new line, or between the border as it is and as it was dragged.
  const between: Polygon = { type: 'Polygon', coordinates: [[...borderNow.value, ...line.toReversed(), borderNow.value[0] ?? []]] };
  const goes = (mine: readonly Counted[], isFromLeft: boolean): Counted[] =>
    drawsAnew.value ? mine.filter(({ places }) => isMostly(places, isLeft) !== isFromLeft) : (within(mine, between) as Counted[]);
  const [away, here] = [goes(held[0], isOneLeft), goes(held[1], !isOneLeft)];
  const moved = total(here) - total(away);
  const [first, second] = [
    { label: both.one.label, amount: total(held[0]) + moved },
    { label: both.other.label, amount: total(held[1]) - moved },
  ];
  const swapped = [...away, ...here].flatMap(({ key }) => key ?? []);
  return isOneLeft ? { left: first, right: second, swapped } : { left: second, right: first, swapped };
});

/** Keys of the atoms that would go from one grid to the other. */
export const swapped = computed(() => (refusal.value?.code === 'nothing_changes' ? [] : (borderHere.value?.swapped ?? [])));

/** What the chosen grids would come to as one. */
export const joint = computed(() => chosenGrids.value.reduce((sum, grid) => sum + sizeNow(grid), 0));

function sizeNow(grid: Pick<DraftGrid, 'households' | 'people'>): number {
  return draft.value?.limits.size === 'people' ? grid.people : grid.households;
}

/** What the program is asked to count: exactly the edit that would be sent. */
export const wanted = computed<CountWanted | null>(() => {
  const [kind, shape, grid] = [tool.value, withoutRepeats(sketched.value) as [number, number][], target.value];
  if (kind === 'split' && grid && shape.length >= 2) {
    const line = { type: 'LineString' as const, coordinates: ledOut(shape, grid.geometry) as [number, number][] };
    return { grid: grid.properties.label, line, exact: exact.value };
  }
  if (kind === 'draw' && shape.length >= 3) {
    const ring = [...shape, shape[0] as [number, number]];
    const into = intoChosen.value && grid ? { into: grid.properties.label } : {};
    return { polygon: { type: 'Polygon', coordinates: [ring] }, exact: exact.value, ...into };
  }
  if (kind === 'border' && pair.value && isBent.value && shape.length >= 2) {
    const line = { type: 'LineString' as const, coordinates: borderLine(shape) };
    return { grids: [pair.value.one.label, pair.value.other.label], line, exact: exact.value };
  }
  if (kind === 'move' && movable.value && receiver.value !== null) return { ...movable.value, to: receiver.value } as CountWanted;
  return null;
});

/** What the program says of it: the grids as they would be, or why they cannot. */
const told = signal<Answer | null>(null);

/** So long a sketch rests before the program is asked. */
const REST_MS = 250;

effect(() => {
  const [ask, id] = [wanted.value, draft.peek()?.id];
  told.value = null;
  if (!ask || id === undefined) return undefined;
  const controller = new AbortController();
  const rest = setTimeout(() => {
    sendCount(id, ask, controller.signal).then(
      (answer) => {
        if (!controller.signal.aborted) told.value = answer;
      },
      // What fails otherwise is told when the edit is made.
      () => undefined,
    );
  }, REST_MS);
  return () => {
    clearTimeout(rest);
    controller.abort();
  };
});

/** Why what is drawn cannot be done, as the program says. */
export const refusal = computed(() => told.value?.refused ?? null);

const sidesTold = computed<readonly Coming[] | null>(() => {
  const now = draft.value;
  if (!told.value || told.value.refused || !now) return null;
  const isOld = (label: number): boolean => now.grids.some((grid) => grid.label === label);
  return told.value.sides.map((grid) => ({ label: isOld(grid.label) ? grid.label : null, amount: sizeNow(grid) }));
});

/** Whether the figures are the page's own estimate. */
export const isRough = computed(() => sidesTold.value === null && tool.value !== 'merge');

/** Whether those beside the line are: of more than two pieces the program does not say which lie on one side. */
export const isRoughBeside = computed(() => isRough.value || (sides.value !== null && sidesTold.value?.length !== 2));

/** The figures beside a line, left and right of it. */
export const sides = computed<{ left: Coming; right: Coming } | null>(() => {
  const [split, border, sure] = [splitHere.value, borderHere.value, sidesTold.value];
  if (border) {
    // Where the program says that nothing would change, it knows better than the estimate.
    const now = refusal.value?.code === 'nothing_changes' ? pair.value : null;
    const known = now ? [now.one, now.other].map((grid) => ({ label: grid.label, amount: sizeNow(grid) })) : sure;
    const surely = (here: Coming): Coming => known?.find(({ label }) => label === here.label) ?? here;
    return { left: surely(border.left), right: surely(border.right) };
  }
  if (!split) return null;
  const [a, b, ...more] = sure ?? [];
  if (!a || !b || more.length > 0) return { left: { label: null, amount: split.left }, right: { label: null, amount: split.right } };
  // The program tells who keeps the label, not who lies where: the estimate knows that.
  const isAsTold = Math.abs(a.amount - split.left) <= Math.abs(b.amount - split.left);
  return isAsTold ? { left: a, right: b } : { left: b, right: a };
});

/** The figure within what is drawn around. */
export const inside = computed<Coming | null>(() => {
  if (insideHere.value === null) return null;
  const into = intoChosen.value && target.value ? target.value.properties.label : null;
  const sure = sidesTold.value?.find(({ label }) => label === into);
  return sure && into === null ? sure : { label: null, amount: insideHere.value };
});

/** All grids as they would be, for the row of figures. */
export const coming = computed<readonly Coming[]>(() => {
  const now = draft.value;
  if (tool.value === 'merge') return chosenGrids.value.length > 0 ? [{ label: null, amount: joint.value }] : [];
  if (tool.value === 'move') {
    if (sidesTold.value) return sidesTold.value;
    if (!movable.value || giver.value === null || receiver.value === null || !now) return [];
    const after = (label: number, more: number): Coming[] => {
      const grid = now.grids.find((one) => one.label === label);
      return grid && label !== GAP ? [{ label, amount: sizeNow(grid) + more }] : [];
    };
    return [...after(giver.value, -pickedAmount.value), ...after(receiver.value, pickedAmount.value)];
  }
  if (sidesTold.value && (!sides.value || sidesTold.value.length > 2)) return sidesTold.value;
  if (sides.value) return fromWestToEast(sides.value);
  return inside.value ? [inside.value] : [];
});

/** Return both as they are on the map: drawn southwards, a line has its left in the east. */
function fromWestToEast({ left, right }: { left: Coming; right: Coming }): Coming[] {
  const [from, to] = [sketched.value[0], sketched.value.at(-1)];
  return (to?.[1] ?? 0) < (from?.[1] ?? 0) ? [right, left] : [left, right];
}
