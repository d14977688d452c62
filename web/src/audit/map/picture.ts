/** The map as a picture: what WebGL has drawn is gone once it was shown, so it is drawn anew for each picture. */
import type { Map as MapLibre } from 'maplibre-gl';
import { mapOnPaper } from '../replay/paper';

/** Offer the map to who prints the page; return what takes it back. */
export function showOnPaper(map: MapLibre): () => void {
  const offered = {
    draw: (): HTMLCanvasElement => map.redraw().getCanvas(),
    settled: () => new Promise<void>((done) => void map.once('idle', () => done()).triggerRepaint()),
  };
  mapOnPaper.value = offered;
  return () => {
    if (mapOnPaper.peek() === offered) mapOnPaper.value = null;
  };
}
