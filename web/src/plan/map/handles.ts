/** Handles on the border in hand: dragged by pointer or finger, moved by the arrow keys. */
import { computed, effect, signal, untracked } from '@preact/signals';
import type { Position } from 'geojson';
import { Marker, type Map as MapLibre } from 'maplibre-gl';
import { t } from '../i18n';
import { bend, bent, pair } from '../bordering';
import { dragged, withHandles, type Handle, type Handled } from '../borders';
import { finishSketch } from '../sketch';

/** In pixels: bends smaller than this have no handle, and no two are nearer to each other than that. */
const SMOOTH = 9;
const APART = 30;
/** How far an arrow key moves a handle, in pixels; with Shift, farther. */
const STEP = 4;
const LONG_STEP = 20;

const KIND_WORD = { junction: '边界端点 {n}', bend: '边界点 {n}', middle: '边界中点 {n}' } as const;

export class BorderHandles {
  readonly #zoom = signal(0);
  #markers: Marker[] = [];
  /** The border as it was taken hold of; while it is dragged, handles stay. */
  #handled: Handled = { line: [], handles: [] };
  #isHeld = false;
  #focus: number | null = null;

  constructor(private readonly map: MapLibre) {}

  /** Keep handles on the border in hand. */
  follow(): () => void {
    const zoomed = (): void => void (this.#zoom.value = this.map.getZoom());
    zoomed();
    this.map.on('zoomend', zoomed);
    const isInHand = computed(() => pair.value !== null);
    const stop = effect(() => {
      const [line] = [bent.value, this.#zoom.value, isInHand.value];
      if (!this.#isHeld) untracked(() => this.#show(line));
    });
    return () => {
      stop();
      this.map.off('zoomend', zoomed);
      this.#clear();
    };
  }

  #show(line: readonly Position[]): void {
    this.#clear();
    const degrees = this.#degrees();
    this.#handled = withHandles(line, SMOOTH * degrees, APART * degrees);
    this.#markers = this.#handled.handles.map((handle, index) => this.#marker(handle, index));
    if (this.#focus !== null) this.#markers[this.#focus]?.getElement().focus({ preventScroll: true });
  }

  #clear(): void {
    for (const marker of this.#markers) marker.remove();
    this.#markers = [];
  }

  /** Degrees of latitude of a pixel. */
  #degrees(): number {
    const { lng, lat } = this.map.getCenter();
    const at = this.map.project([lng, lat]);
    return Math.abs(this.map.unproject([at.x, at.y + 100]).lat - lat) / 100;
  }

  #marker({ at, kind }: Handle, index: number): Marker {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = `handle of-${kind}`;
    const place = this.#handled.line[at] as [number, number];
    const marker = new Marker({ element, draggable: true }).setLngLat(place).addTo(this.map);
    element.setAttribute('aria-label', t(KIND_WORD[kind], { n: index + 1 }));
    marker.on('dragstart', () => (this.#isHeld = true));
    marker.on('drag', () => {
      const { lng, lat } = marker.getLngLat();
      bend(dragged(this.#handled, index, [lng, lat]), !this.#isMoved);
      this.#isMoved = true;
    });
    marker.on('dragend', () => {
      this.#isHeld = this.#isMoved = false;
      this.#show(bent.peek());
    });
    element.addEventListener('keydown', (event) => this.#key(event, index));
    element.addEventListener('focus', () => (this.#focus = index));
    element.addEventListener('blur', () => {
      // Taken away to be set anew, it is still meant.
      if (element.isConnected) this.#focus = null;
    });
    return marker;
  }

  #isMoved = false;

  #key(event: KeyboardEvent, index: number): void {
    if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      return finishSketch();
    }
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? LONG_STEP : STEP;
    const from = this.map.project(this.#handled.line[this.#handled.handles[index]?.at ?? 0] as [number, number]);
    const { lng, lat } = this.map.unproject([from.x + far * (way[0] ?? 0), from.y + far * (way[1] ?? 0)]);
    const { handles } = this.#handled;
    const line = dragged(this.#handled, index, [lng, lat]);
    this.#isHeld = true;
    bend(line, true);
    this.#isHeld = false;
    // By keys the handles stay the same, so that the next press moves the same one.
    this.#handled = { line, handles };
    for (const [number, marker] of this.#markers.entries()) {
      marker.setLngLat(line[handles[number]?.at ?? 0] as [number, number]);
    }
  }
}
