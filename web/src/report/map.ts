/** The map on which the pin is set. Loaded after the shell, for its size. */
import { effect, signal } from '@preact/signals';
import { Marker } from 'maplibre-gl';
import { theme } from '../look';
import { Camera } from '../map/camera';
import { heldNow, keepInStep } from '../map/keep';
import { newMap, type CreateMap } from '../map/new-map';
import { quietStyle } from '../map/quiet';
import type { View } from '../url';
import { shownAreas } from './data';
import { form, write } from './form';
import { pinAtMiddle } from './pin';

const NEAR = 16.5;

/** Make the map of the page where one reports. */
export const createMap: CreateMap = (container, label, onTrouble) => {
  const style = quietStyle(theme.peek(), heldNow({}), () => []);
  const map = newMap(container, label, onTrouble, style, signal<View | null>(null));
  const camera = new Camera(map);
  const pin = new Marker({ element: pinElement(), anchor: 'bottom', draggable: true });
  const put = ({ lng, lat }: { lng: number; lat: number }): void => {
    write({ lon: rounded(lng), lat: rounded(lat) });
  };
  pin.on('dragend', () => put(pin.getLngLat()));
  map.on('click', ({ lngLat }) => put(lngLat));
  const undo: (() => void)[] = [];
  map.once('style.load', () => {
    undo.push(...keepInStep(map, {}, () => []));
    undo.push(
      effect(() => {
        if (shownAreas.value && form.peek().lon === null) camera.show(shownAreas.value.features, 'jump');
      }),
      effect(() => {
        const { lon, lat } = form.value;
        if (lon === null || lat === null) return void pin.remove();
        pin.setLngLat([lon, lat]).addTo(map);
        const near = map.getZoom() >= NEAR - 1.5;
        if (!near || !map.getBounds().contains([lon, lat])) {
          map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), NEAR) });
        }
      }),
    );
    undo.push(pinAtMiddle(() => put(map.getCenter())));
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll: () => camera.show(shownAreas.peek()?.features ?? []),
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
};

/** A tenth of a metre is more than any phone knows. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

function pinElement(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'pin';
  return element;
}
