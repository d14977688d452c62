/** Lines and polygons sketched on the map, by pointer, finger or keyboard. Terra Draw only draws them. */
import { computed, effect, untracked } from '@preact/signals';
import type { Position } from 'geojson';
import type { Map as MapLibre } from 'maplibre-gl';
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, type GeoJSONStoreFeatures } from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import { theme } from '../../look';
import { PALETTES } from '../../map/palette';
import { drawsAnew, pair } from '../bordering';
import { sketched, tool } from '../hand';
import { finishSketch } from '../sketch';
import { followPress } from './pressing';

type Hex = `#${string}`;
type Shape = 'line' | 'polygon';

/** What is to be drawn; computed, so that it begins anew only when that is another. */
const shapeWanted = computed<Shape | null>(() => {
  if (tool.value === 'draw') return 'polygon';
  return tool.value === 'split' || (tool.value === 'border' && drawsAnew.value && pair.value) ? 'line' : null;
});

export class Sketcher {
  #draw: TerraDraw | null = null;
  #onMap = false;

  constructor(private readonly map: MapLibre) {}

  /** Begin and end with the tool in hand. */
  follow(): () => void {
    const stops = [
      effect(() => {
        const kind = shapeWanted.value;
        untracked(() => {
          this.#end();
          if (kind) this.#begin(kind);
        });
      }),
      this.#followHand(),
      followPress(this.map, () => shapeWanted.peek() === 'line' && this.#draw?.getSnapshot().length === 0, finishSketch),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#end();
    };
  }

  #begin(kind: Shape): void {
    const draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: this.map, coordinatePrecision: 9 }),
      modes: [kind === 'line' ? lineMode() : polygonMode()],
    });
    draw.start();
    draw.setMode(kind === 'line' ? 'linestring' : 'polygon');
    draw.on('change', () => (sketched.value = shapeOf(draw.getSnapshot(), this.#onMap)));
    draw.on('finish', (id) => {
      const feature = draw.getSnapshotFeature(id);
      // Not while it still speaks: what follows ends it.
      if (feature) setTimeout(() => finishSketch(shapeOf([feature], true)));
    });
    this.#draw = draw;
    this.map.getCanvas().focus({ preventScroll: true });
  }

  #end(): void {
    this.#draw?.stop();
    this.#draw = null;
    this.map.getCanvas().style.cursor = '';
    this.map.getContainer().classList.remove('by-keyboard');
  }

  /** Know whether the pointer is on the map, and let the space bar set a point at the middle of it. */
  #followHand(): () => void {
    const canvas = this.map.getCanvas();
    const enter = (): void => void (this.#onMap = true);
    const leave = (): void => {
      this.#onMap = false;
      // What is on its way to the pointer is not meant any more.
      if (this.#draw) sketched.value = shapeOf(this.#draw.getSnapshot(), false);
    };
    const middle = (type: string): void => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2 };
      const isDown = type === 'pointerdown';
      const more = { isPrimary: true, bubbles: true, button: type === 'pointermove' ? -1 : 0, buttons: isDown ? 1 : 0 };
      canvas.dispatchEvent(new PointerEvent(type, { ...at, ...more, pointerType: 'pen' }));
    };
    const set = (event: KeyboardEvent): void => {
      if (event.key !== ' ' || !this.#draw || event.repeat) return;
      event.preventDefault();
      this.#onMap = true;
      for (const type of ['pointermove', 'pointerdown', 'pointerup']) middle(type);
    };
    const led = (): void => {
      // The arrow keys move the map under the middle.
      if (this.#draw && document.activeElement === canvas && !this.map.dragPan.isActive() && isByKey) middle('pointermove');
    };
    let isByKey = false;
    const turnTo = (keys: boolean): void => {
      isByKey = keys;
      // The middle of the map is only of interest to who sketches by keys.
      this.map.getContainer().classList.toggle('by-keyboard', keys && this.#draw !== null);
    };
    const key = ({ key: name }: KeyboardEvent): void => {
      if (name.startsWith('Arrow') || name === ' ') turnTo(true);
    };
    const hand = (event: PointerEvent): void => {
      if (event.isTrusted) turnTo(false);
    };
    canvas.addEventListener('pointerenter', enter);
    canvas.addEventListener('pointerleave', leave);
    canvas.addEventListener('pointermove', hand);
    canvas.addEventListener('keydown', set);
    canvas.addEventListener('keydown', key);
    this.map.on('move', led);
    return () => {
      canvas.removeEventListener('pointerenter', enter);
      canvas.removeEventListener('pointerleave', leave);
      canvas.removeEventListener('pointermove', hand);
      canvas.removeEventListener('keydown', set);
      canvas.removeEventListener('keydown', key);
      this.map.off('move', led);
    };
  }
}

/** Return what is drawn: up to the pointer, or only what was set. */
function shapeOf(features: readonly GeoJSONStoreFeatures[], toPointer: boolean): Position[] {
  const drawn = features.find(({ geometry }) => geometry.type !== 'Point');
  if (!drawn) return [];
  const { geometry, properties } = drawn;
  const points = geometry.type === 'Polygon' ? (geometry.coordinates[0] ?? []).slice(0, -1) : geometry.coordinates;
  const set = properties['committedCoordinateCount'];
  const isOpen = properties['currentlyDrawing'] === true && !toPointer && typeof set === 'number';
  return (isOpen ? points.slice(0, set) : points) as Position[];
}

const NO_KEYS = { cancel: null, finish: null };

function lineMode(): TerraDrawLineStringMode {
  const { selected, casing } = colours();
  return new TerraDrawLineStringMode({
    keyEvents: NO_KEYS,
    showCoordinatePoints: true,
    styles: {
      lineStringColor: selected,
      lineStringWidth: 3,
      coordinatePointColor: casing,
      coordinatePointWidth: 4,
      coordinatePointOutlineColor: selected,
      coordinatePointOutlineWidth: 2,
      closingPointColor: selected,
      closingPointWidth: 6,
      closingPointOutlineColor: casing,
      closingPointOutlineWidth: 2,
    },
  });
}

function polygonMode(): TerraDrawPolygonMode {
  const { selected, casing } = colours();
  return new TerraDrawPolygonMode({
    keyEvents: NO_KEYS,
    showCoordinatePoints: true,
    styles: {
      fillColor: selected,
      fillOpacity: 0.16,
      outlineColor: selected,
      outlineWidth: 3,
      coordinatePointColor: casing,
      coordinatePointWidth: 4,
      coordinatePointOutlineColor: selected,
      coordinatePointOutlineWidth: 2,
      closingPointColor: selected,
      closingPointWidth: 6,
      closingPointOutlineColor: casing,
      closingPointOutlineWidth: 2,
    },
  });
}

function colours(): { selected: Hex; casing: Hex } {
  const { selected, casing } = PALETTES[theme.peek()];
  return { selected: selected as Hex, casing: casing as Hex };
}
