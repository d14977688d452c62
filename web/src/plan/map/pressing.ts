/** A line in one go: press at its beginning, lead it to its end, let go there. Terra Draw knows only clicks. */
import type { Map as MapLibre } from 'maplibre-gl';

/** A hand that clicks moves less than so many pixels. */
const LED_PX = 8;

/** Listen to the mouse; a finger moves the map. `isToBegin` says if a press begins a line, `finish` ends it. */
export function followPress(map: MapLibre, isToBegin: () => boolean, finish: () => void): () => void {
  const canvas = map.getCanvas();
  let pressed: PointerEvent | null = null;
  let isLed = false;
  const down = (event: PointerEvent): void => {
    pressed = event.isTrusted && event.pointerType === 'mouse' && event.button === 0 && isToBegin() ? event : null;
    isLed = false;
    if (pressed) map.dragPan.disable();
  };
  const move = ({ clientX, clientY }: PointerEvent): void => {
    if (!pressed || isLed || Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) < LED_PX) return;
    isLed = true;
    // To Terra Draw this ends a click at the beginning; from there the line follows the pointer.
    const at = { clientX: pressed.clientX, clientY: pressed.clientY };
    canvas.dispatchEvent(new PointerEvent('pointerup', { ...at, isPrimary: true, bubbles: true, pointerType: 'mouse' }));
  };
  const over = (event: PointerEvent): void => {
    if (!pressed || !event.isTrusted) return;
    pressed = null;
    map.dragPan.enable();
    // After Terra Draw has set the last point.
    if (isLed && event.type === 'pointerup') setTimeout(finish);
  };
  canvas.addEventListener('pointerdown', down);
  // Before Terra Draw, which would take the move for a drag of the map.
  canvas.addEventListener('pointermove', move, { capture: true });
  window.addEventListener('pointerup', over);
  window.addEventListener('pointercancel', over);
  return () => {
    canvas.removeEventListener('pointerdown', down);
    canvas.removeEventListener('pointermove', move, { capture: true });
    window.removeEventListener('pointerup', over);
    window.removeEventListener('pointercancel', over);
  };
}
