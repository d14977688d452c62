/** The border between the two chosen grids, drawn anew or dragged by its handles. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { MultiPolygon, Position } from 'geojson';
import { inOneLine, sharedBorder } from './borders';
import { chosenGrids, grids } from './draft';
import { sketched, tool } from './hand';
import { ledOut } from './sides';

/** Whether a new line is drawn instead of dragging the one there is. */
export const drawsAnew = signal(false);
/** The lines that were before, newest last, to go back to. */
const before = signal<readonly (readonly Position[])[]>([]);

/** The two grids whose border is in hand. */
export const pair = computed(() => {
  const [one, other, ...more] = chosenGrids.value;
  if (tool.value !== 'border' || !one || !other || more.length > 0) return null;
  const outlines = [one, other].flatMap(({ label }) => grids.value?.features.find(({ id }) => id === label) ?? []);
  return outlines.length === 2 ? { one, other, outlines } : null;
});

/** Their border as it is; empty where they do not touch. */
export const borderNow = computed<readonly Position[]>(() => {
  const [one, other] = pair.value?.outlines ?? [];
  return one && other ? inOneLine(sharedBorder(one.geometry, other.geometry)) : [];
});

/** Whether anything would be otherwise. */
export const isBent = computed(() =>
  drawsAnew.value ? sketched.value.length >= 2 : before.value.length > 0,
);

/** The line that is dragged by its handles. */
export const bent = computed(() => (pair.value && !drawsAnew.value ? sketched.value : []));

/** Let the border be another line, which can be taken back. */
export function bend(line: readonly Position[], isNew: boolean): void {
  batch(() => {
    if (isNew) before.value = [...before.peek(), sketched.peek()];
    sketched.value = line;
  });
}

/** Go back to the line before; say whether there was one. */
export function unbend(): boolean {
  const last = before.peek().at(-1);
  if (tool.peek() !== 'border' || !last) return false;
  batch(() => {
    sketched.value = last;
    before.value = before.peek().slice(0, -1);
  });
  return true;
}

/** Return the line as the program wants it: an end that was moved into the ground of the two is led out of it. */
export function borderLine(line: readonly Position[]): [number, number][] {
  const parts = (pair.peek()?.outlines ?? []).flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  );
  const both: MultiPolygon = { type: 'MultiPolygon', coordinates: parts };
  const led = ledOut(line, both);
  const kept = drawsAnew.peek() ? [] : [borderNow.peek()[0], borderNow.peek().at(-1)];
  const isKept = (at: Position | undefined): boolean => kept.some((end) => String(end) === String(at));
  // What was led out beyond an end that stays is left away again.
  const from = led.findIndex((at) => String(at) === String(line[0]));
  const to = led.findLastIndex((at) => String(at) === String(line.at(-1)));
  const shown = led.slice(isKept(line[0]) ? from : 0, isKept(line.at(-1)) ? to + 1 : led.length);
  return shown as [number, number][];
}

// With two grids in hand the line begins as their border; drawn anew, with nothing.
effect(() => {
  const line = drawsAnew.value ? [] : borderNow.value;
  batch(() => {
    before.value = [];
    if (tool.peek() === 'border') sketched.value = line;
  });
});
effect(() => {
  if (tool.value !== 'border') drawsAnew.value = false;
});
