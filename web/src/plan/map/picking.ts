/** Picking ground to be moved: by click, by drawing around it, or by the space bar at the middle of the map. */
import { effect } from '@preact/signals';
import type { Map as MapLibre, MapMouseEvent, MapTouchEvent, Point } from 'maplibre-gl';
import { tool } from '../hand';
import { lasso, lassoing, oneBuilding, pickAtom, pickBuilding, pickInLasso } from '../moving';

const LAYERS = ['atom-fill', 'pickable-line'] as const;

/** Pick while that is the tool in hand. */
export function followPicking(map: MapLibre): () => void {
  const canvas = map.getCanvas();
  const stops = [
    effect(() => {
      const isInHand = tool.value === 'move';
      for (const layer of LAYERS) map.setLayoutProperty(layer, 'visibility', isInHand ? 'visible' : 'none');
      map.doubleClickZoom[isInHand ? 'disable' : 'enable']();
      canvas.style.cursor = isInHand ? (lassoing.value ? 'crosshair' : 'pointer') : '';
      if (isInHand) canvas.focus({ preventScroll: true });
      else map.getContainer().classList.remove('by-keyboard');
    }),
  ];
  const pick = (at: Point): void => {
    const [found] = map.queryRenderedFeatures(at, { layers: ['atom-fill'] });
    if (!found) return;
    const { key, label } = found.properties as { key: number; label: number };
    const { lng, lat } = map.unproject(at);
    if (oneBuilding.peek()) pickBuilding([lng, lat], label);
    else pickAtom(key, label);
  };
  const click = ({ point }: MapMouseEvent): void => {
    if (tool.peek() === 'move') pick(point);
  };
  const begin = (event: MapMouseEvent | MapTouchEvent): void => {
    const isWanted = lassoing.peek() || event.originalEvent.shiftKey;
    const isOne = !('touches' in event.originalEvent) || event.originalEvent.touches.length === 1;
    if (tool.peek() !== 'move' || oneBuilding.peek() || !isWanted || !isOne) return;
    event.preventDefault();
    map.dragPan.disable();
    lasso.value = [event.lngLat.toArray()];
  };
  const go = ({ lngLat }: MapMouseEvent | MapTouchEvent): void => {
    if (lasso.peek().length > 0) lasso.value = [...lasso.peek(), lngLat.toArray()];
  };
  const end = (): void => {
    if (lasso.peek().length === 0) return;
    map.dragPan.enable();
    pickInLasso();
  };
  const key = ({ key: name, repeat }: KeyboardEvent): void => {
    if (tool.peek() !== 'move' || (!name.startsWith('Arrow') && name !== ' ')) return;
    map.getContainer().classList.add('by-keyboard');
    if (name === ' ' && !repeat) pick(map.project(map.getCenter()));
  };
  const keepStill = (event: KeyboardEvent): void => {
    if (tool.peek() === 'move' && event.key === ' ') event.preventDefault();
    key(event);
  };
  map.on('click', click);
  for (const name of ['mousedown', 'touchstart'] as const) map.on(name, begin);
  for (const name of ['mousemove', 'touchmove'] as const) map.on(name, go);
  for (const name of ['mouseup', 'touchend', 'touchcancel'] as const) map.on(name, end);
  document.addEventListener('mouseup', end);
  canvas.addEventListener('keydown', keepStill);
  return () => {
    for (const stop of stops) stop();
    map.off('click', click);
    for (const name of ['mousedown', 'touchstart'] as const) map.off(name, begin);
    for (const name of ['mousemove', 'touchmove'] as const) map.off(name, go);
    for (const name of ['mouseup', 'touchend', 'touchcancel'] as const) map.off(name, end);
    document.removeEventListener('mouseup', end);
    canvas.removeEventListener('keydown', keepStill);
  };
}
