/** Where the map looks. What it was sent to stays in view when the map changes its size. */
import type { Map as MapLibre } from 'maplibre-gl';
import type { Geometry } from 'geojson';
import { boundsOf, type Bounds } from '../geometry';

/** How to get there; the map itself leaves out motion where people asked for less. */
export type Motion = 'glide' | 'jump';

// On a large map the legend is open and takes the top.
const ROOM_BESIDE_LEGEND = { top: 118, right: 64, bottom: 40, left: 40 };
// On a small one it is a bar at the top, beside the buttons.
const ROOM = { top: 56, right: 56, bottom: 40, left: 24 };

export class Camera {
  #aim: Bounds | null = null;

  constructor(private readonly map: MapLibre) {
    map.on('resize', () => {
      if (this.#aim) this.#fit(this.#aim, 'jump');
    });
    // Moved by hand, the map belongs to the hand.
    map.on('movestart', ({ originalEvent }) => {
      if (originalEvent) this.#aim = null;
    });
  }

  /** Bring geometries into view; nothing happens when there are none. */
  show(features: readonly { geometry: Geometry }[], motion: Motion = 'glide'): void {
    this.showBox(boundsOf(features.map(coordinatesOf)), motion);
  }

  /** Bring a box into view. */
  showBox(bounds: Bounds | null, motion: Motion = 'glide'): void {
    if (!bounds) return;
    this.#aim = bounds;
    this.#fit(bounds, motion);
  }

  /** Go nearer or farther by hand. */
  zoomBy(steps: number): void {
    this.#aim = null;
    this.map.zoomTo(this.map.getZoom() + steps);
  }

  #fit(bounds: Bounds, motion: Motion): void {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const padding = clientWidth > 500 && clientHeight > 500 ? ROOM_BESIDE_LEGEND : ROOM;
    // A map that is folded away has no room; it is sent there again when it gets some.
    if (clientWidth <= padding.left + padding.right || clientHeight <= padding.top + padding.bottom) return;
    this.map.fitBounds(bounds, { padding, maxZoom: 17.5, duration: motion === 'jump' ? 0 : 700 });
  }
}

function coordinatesOf({ geometry }: { geometry: Geometry }): never[] {
  return ('coordinates' in geometry ? geometry.coordinates : []) as never[];
}
