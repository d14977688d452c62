/** The border that two grids share, its handles, and how it follows one that is dragged. */
import type { MultiPolygon, Polygon, Position } from 'geojson';

type Outline = Polygon | MultiPolygon;

/** Where a line can be taken hold of: at a junction with other ground, at a bend, or between two of those. */
export interface Handle {
  at: number;
  kind: 'junction' | 'bend' | 'middle';
}

export interface Handled {
  line: Position[];
  handles: Handle[];
}

/** Return the edges that two outlines have in common, as lines; neighbours share every vertex. */
export function sharedBorder(one: Outline, other: Outline): Position[][] {
  const mine = new Set(edgesOf(one).map(keyOf));
  return chained(edgesOf(other).filter((edge) => mine.has(keyOf(edge))));
}

/** Return several lines as one: each is followed by the one that begins or ends nearest to its end. */
export function inOneLine(lines: readonly Position[][]): Position[] {
  const rest = lines.toSorted((a, b) => b.length - a.length);
  let whole = rest.shift() ?? [];
  while (rest.length > 0) {
    const [start, end] = [whole[0] as Position, whole.at(-1) as Position];
    const ways = rest.flatMap((line, index) => {
      const [from, to] = [line[0] as Position, line.at(-1) as Position];
      return [
        { index, off: flat(end, from), join: () => [...whole, ...line] },
        { index, off: flat(end, to), join: () => [...whole, ...line.toReversed()] },
        { index, off: flat(start, to), join: () => [...line, ...whole] },
        { index, off: flat(start, from), join: () => [...line.toReversed(), ...whole] },
      ];
    });
    const best = ways.reduce((near, way) => (way.off < near.off ? way : near));
    whole = best.join();
    rest.splice(best.index, 1);
  }
  return whole;
}

/**
 * Return a line with the handles that it needs.
 *
 * Bends that leave the straight way by less than `smooth` have none, nor those nearer than `apart` to the handle
 * before; a border without bends, and stretches longer than four times that, get one in the middle, where a vertex is
 * put in. Both are degrees of latitude.
 */
export function withHandles(line: readonly Position[], smooth: number, apart: number): Handled {
  const held = heldAt(line, smooth, apart);
  const found: Handled = { line: line.slice(0, 1), handles: held.length > 0 ? [{ at: 0, kind: 'junction' }] : [] };
  const hold = (kind: Handle['kind']): number => found.handles.push({ at: found.line.length - 1, kind });
  held.slice(1).forEach((to, index) => {
    const stretch = line.slice(held[index], to + 1);
    let rest = 1;
    if (held.length === 2 || lengthOf(stretch) > 4 * apart) {
      const [row, middle] = halfway(stretch);
      found.line.push(...stretch.slice(1, row), middle);
      hold('middle');
      rest = row;
    }
    found.line.push(...stretch.slice(rest));
    hold(to === line.length - 1 ? 'junction' : 'bend');
  });
  return found;
}

/** Return the vertices that get a handle: both ends, and the bends that are far enough from each other. */
function heldAt(line: readonly Position[], smooth: number, apart: number): number[] {
  const last = line.length - 1;
  if (last < 1) return [];
  const isApart = (a: number, b: number): boolean => flat(line[a] as Position, line[b] as Position) > apart;
  const held = [0];
  for (const at of bends(line, 0, last, smooth)) if (isApart(held.at(-1) as number, at) && isApart(at, last)) held.push(at);
  return [...held, last];
}

/** Return the middle of a line, and the vertex before which it lies. */
function halfway(line: readonly Position[]): [row: number, middle: Position] {
  let left = lengthOf(line) / 2;
  for (let row = 1; ; row += 1) {
    const [from, to] = [line[row - 1] as Position, line[row] as Position];
    const far = flat(from, to);
    if (left < far || row === line.length - 1) return [row, between(from, to, far === 0 ? 0 : left / far)];
    left -= far;
  }
}

/** Return the line with a handle somewhere else; what lies between it and the handles beside it follows in part. */
export function dragged({ line, handles }: Handled, index: number, to: Position): Position[] {
  const at = handles[index]?.at ?? 0;
  const from = line[at] as Position;
  const [dx, dy] = [(to[0] ?? 0) - (from[0] ?? 0), (to[1] ?? 0) - (from[1] ?? 0)];
  const moved = line.map(([x = 0, y = 0]): Position => [x, y]);
  for (const beside of [handles[index - 1]?.at, handles[index + 1]?.at]) {
    if (beside === undefined) continue;
    const way = beside < at ? line.slice(beside, at + 1) : line.slice(at, beside + 1).toReversed();
    const length = lengthOf(way) || 1;
    way.slice(1, -1).forEach((place, step) => {
      const share = lengthOf(way.slice(0, step + 2)) / length;
      const row = beside < at ? beside + step + 1 : beside - step - 1;
      moved[row] = [(place[0] ?? 0) + share * dx, (place[1] ?? 0) + share * dy];
    });
  }
  moved[at] = [to[0] ?? 0, to[1] ?? 0];
  return moved;
}

type Edge = [Position, Position];

function edgesOf(outline: Outline): Edge[] {
  const rings = outline.type === 'Polygon' ? outline.coordinates : outline.coordinates.flat();
  return rings.flatMap((ring) => ring.slice(1).map((to, index): Edge => [ring[index] as Position, to]));
}

function keyOf([from, to]: Edge): string {
  const [a, b] = [String(from), String(to)];
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Edges that meet become lines; at a place where more than two meet, they end. */
function chained(edges: readonly Edge[]): Position[][] {
  const around = new Map<string, Edge[]>();
  for (const edge of edges) for (const end of edge) around.set(String(end), [...(around.get(String(end)) ?? []), edge]);
  const left = new Set(edges);
  const walk = (first: Position): Position[] => {
    const line = [first];
    for (;;) {
      const here = line.at(-1) as Position;
      const meeting = around.get(String(here)) ?? [];
      const next = meeting.find((edge) => left.has(edge));
      if (!next || (line.length > 1 && meeting.length !== 2)) return line;
      left.delete(next);
      line.push(String(next[0]) === String(here) ? next[1] : next[0]);
    }
  };
  const ends = edges.flat().filter((place) => around.get(String(place))?.length !== 2);
  const lines = ends.map(walk).filter((line) => line.length > 1);
  // What is left are rings: one grid lies all around the other.
  for (const edge of edges) if (left.has(edge)) lines.push(walk(edge[0]));
  return lines;
}

/** Return what a line can be drawn with, its ends left out: the farthest vertex, and so on to both sides of it. */
function bends(line: readonly Position[], from: number, to: number, smooth: number): number[] {
  let [far, most] = [-1, smooth];
  for (let at = from + 1; at < to; at += 1) {
    const off = offOf(line[at] as Position, line[from] as Position, line[to] as Position);
    if (off > most) [far, most] = [at, off];
  }
  return far < 0 ? [] : [...bends(line, from, far, smooth), far, ...bends(line, far, to, smooth)];
}

function offOf(at: Position, from: Position, to: Position): number {
  const shrink = shrinkAt(at);
  const [dx, dy] = [((to[0] ?? 0) - (from[0] ?? 0)) * shrink, (to[1] ?? 0) - (from[1] ?? 0)];
  const [px, py] = [((at[0] ?? 0) - (from[0] ?? 0)) * shrink, (at[1] ?? 0) - (from[1] ?? 0)];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / square));
  return Math.hypot(px - share * dx, py - share * dy);
}

function between([x1 = 0, y1 = 0]: Position, [x2 = 0, y2 = 0]: Position, share: number): Position {
  return [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
}

function lengthOf(line: readonly Position[]): number {
  return line.slice(1).reduce((sum, to, index) => sum + flat(line[index] as Position, to), 0);
}

/** How far apart two places are, in degrees of latitude. */
function flat(a: Position, b: Position): number {
  return Math.hypot(((a[0] ?? 0) - (b[0] ?? 0)) * shrinkAt(a), (a[1] ?? 0) - (b[1] ?? 0));
}

function shrinkAt([, lat = 0]: Position): number {
  return Math.cos((lat * Math.PI) / 180);
}
