/** The map of incidents: made once, then kept in step with the signals. Loaded after the shell, for its size. */
import { effect } from '@preact/signals';
import { theme } from '../../look';
import { Camera } from '../../map/camera';
import { heldNow, keepInStep } from '../../map/keep';
import { newMap, type CreateMap } from '../../map/new-map';
import { quietStyle } from '../../map/quiet';
import { incidentCode, view } from '../state';
import { chosenPlace, shownAreas, sources } from './data';
import { followPointer } from './pointer';
import { incidentLayers, LOOKS } from './points';

export const createMap: CreateMap = (container, label, onTrouble) => {
  let held = view.peek() !== null;
  const style = quietStyle(theme.peek(), heldNow(sources), incidentLayers, LOOKS);
  const map = newMap(container, label, onTrouble, style, view);
  const camera = new Camera(map);
  const undo: (() => void)[] = [];
  const showAll = (motion: 'jump' | 'glide'): boolean => {
    const ground = shownAreas.peek()?.features ?? [];
    const all = ground.length > 0 ? ground : (sources['incidents']?.peek().features ?? []);
    camera.show(all, motion);
    return all.length > 0;
  };
  map.once('style.load', () => {
    followPointer(map);
    undo.push(
      ...keepInStep(map, sources, incidentLayers, LOOKS),
      effect(() => {
        // Once there is anything to see; a view out of the address bar stays.
        const isAnything = (shownAreas.value?.features.length ?? 0) + (sources['incidents']?.value.features.length ?? 0) > 0;
        if (!held && isAnything) held = showAll('jump');
      }),
      followChosen(map),
    );
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll: () => void showAll('glide'),
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
};

const NEAR = 16;

/** Bring what is chosen into view, once for each choice; what is in view already stays where it is. */
function followChosen(map: ReturnType<typeof newMap>): () => void {
  let shown: string | null = null;
  return effect(() => {
    const [code, place] = [incidentCode.value, chosenPlace.value];
    if (code === shown || (code !== null && !place)) return;
    shown = code;
    if (!place) return;
    const center = place.geometry.coordinates as [number, number];
    if (map.getBounds().contains(center) && map.getZoom() >= NEAR - 2) return;
    map.easeTo({ center, zoom: Math.max(map.getZoom(), NEAR), duration: 500 });
  });
}
