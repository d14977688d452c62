/** Colours change without new data: only what is in another class than before is told to the map. */
import type { Map as MapLibre } from 'maplibre-gl';
import type { Classes } from './data';

/** Return what brings the colours of a source up to date, or of one layer of its tiles. */
export function recolouring(map: MapLibre, source: string, sourceLayer?: string): { to(classes: Classes): void; again(): void } {
  const of = { source, ...(sourceLayer !== undefined && { sourceLayer }) };
  let shown: Classes = new Map();
  const to = (classes: Classes): void => {
    if (!map.getSource(source)) return;
    for (const [id, seen] of classes) if (shown.get(id) !== seen) map.setFeatureState({ ...of, id }, { seen });
    for (const id of shown.keys()) if (!classes.has(id)) map.removeFeatureState({ ...of, id }, 'seen');
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
