/** Colours change without new data: only what is in another class than before is told to the map. */
import type { Map as MapLibre } from 'maplibre-gl';
import type { Classes } from './data';

/** Return what brings a source's colours up to date. */
export function recolouring(map: MapLibre, source: string): { to(classes: Classes): void; again(): void } {
  let shown: Classes = new Map();
  const to = (classes: Classes): void => {
    if (!map.getSource(source)) return;
    for (const [id, seen] of classes) if (shown.get(id) !== seen) map.setFeatureState({ source, id }, { seen });
    for (const id of shown.keys()) if (!classes.has(id)) map.removeFeatureState({ source, id }, 'seen');
    shown = classes;
  };
  return {
    to,
    again: () => {
      const classes = shown;
      shown = new Map();
      to(classes);
    },
  };
}
