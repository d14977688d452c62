/** The counts beside what is being sketched. They are read aloud elsewhere: see panels/hint.tsx. */
import { effect } from '@preact/signals';
import type { Position } from 'geojson';
import { Marker, type Map as MapLibre } from 'maplibre-gl';
import { draft } from '../draft';
import { bandOf, nameIn, signedNumber } from '../names';
import { inside, isRoughBeside, sides, type Coming } from '../counts';
import { sketched, tool } from '../hand';

/** From the line to the middle of a badge: it is wider than it is high. */
const AWAY = { x: 62, y: 30 };

/** Keep a badge on each side of the line, or one in the polygon. */
export function followBadges(map: MapLibre): (() => void)[] {
  const [left, right] = [new Badge(map), new Badge(map)];
  const stop = effect(() => {
    const [found, within, line] = [sides.value, inside.value, sketched.value];
    isRoughBeside.value;
    const [at, side] = tool.value === 'border' ? halfway(map, line) : middleOf(map, line);
    if (found && at) {
      left.show(at, side, found.left);
      right.show(at, [-side[0], -side[1]], found.right);
    } else if (within !== null && line.length > 0) {
      left.show(centreOf(line), [0, 0], { ...within, label: null });
      right.hide();
    } else for (const badge of [left, right]) badge.hide();
  });
  return [
    stop,
    () => {
      for (const badge of [left, right]) badge.hide();
    },
  ];
}

class Badge {
  readonly #element = document.createElement('div');
  readonly #text = document.createElement('span');
  readonly #marker = new Marker({ element: this.#element });
  #shown = false;

  constructor(private readonly map: MapLibre) {
    this.#element.classList.add('count-badge');
    this.#element.ariaHidden = 'true';
    this.#element.append(this.#text);
  }

  show(at: Position, away: [number, number], { label, amount }: Coming): void {
    const now = draft.peek();
    if (!now) return;
    const name = label === null ? '' : `${nameIn(now, label)} `;
    const of = document.createElement('small');
    of.textContent = name;
    this.#text.replaceChildren(of, `${isRoughBeside.peek() ? '≈ ' : ''}${signedNumber(amount, now)}`);
    this.#text.className = bandOf(amount, now);
    this.#marker.setLngLat(at as [number, number]).setOffset([away[0] * AWAY.x, away[1] * AWAY.y]);
    if (!this.#shown) this.#marker.addTo(this.map);
    this.#shown = true;
    // MapLibre names every marker for those who cannot see it; these say nothing new.
    this.#element.removeAttribute('aria-label');
    this.#element.removeAttribute('role');
    this.#element.removeAttribute('tabindex');
  }

  hide(): void {
    if (this.#shown) this.#marker.remove();
    this.#shown = false;
  }
}

/** Return the middle of the last stretch, and which way on the screen is left of it. */
function middleOf(map: MapLibre, line: readonly Position[]): [Position | null, [number, number]] {
  const [from, to] = line.filter((at, index) => index === 0 || String(at) !== String(line[index - 1])).slice(-2);
  if (!from || !to) return [null, [0, 0]];
  const [a, b] = [map.project(from as [number, number]), map.project(to as [number, number])];
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const at = map.unproject([(a.x + b.x) / 2, (a.y + b.y) / 2]);
  // On the screen y grows downwards: left of (dx, dy) is (dy, -dx).
  return [[at.lng, at.lat], [(b.y - a.y) / length, -(b.x - a.x) / length]];
}

/** Return the middle of the whole line, which moves less than its last stretch, and which way is left of it. */
function halfway(map: MapLibre, line: readonly Position[]): [Position | null, [number, number]] {
  const [from, to] = [line[0], line.at(-1)];
  if (!from || !to || line.length < 2) return [null, [0, 0]];
  const points = line.map((at) => map.project(at as [number, number]));
  const far = points.slice(1).map((point, index) => Math.hypot(point.x - points[index]!.x, point.y - points[index]!.y));
  let left = far.reduce((sum, one) => sum + one, 0) / 2;
  const step = far.findIndex((one) => (left -= one) <= 0);
  const at = line[Math.max(0, step)] as Position;
  return [at, middleOf(map, [from, to])[1]];
}

function centreOf(ring: readonly Position[]): Position {
  const mean = (axis: 0 | 1): number => ring.reduce((sum, at) => sum + (at[axis] ?? 0), 0) / ring.length;
  return [mean(0), mean(1)];
}
