/** A map as every page has it: flat, without attribution of its own, telling whether it still changes. */
import 'maplibre-gl/dist/maplibre-gl.css';
import {
  addProtocol,
  AJAXError,
  Map as MapLibre,
  ScaleControl,
  setWorkerUrl,
  type MapOptions,
  type StyleSpecification,
  type StyleSwapOptions,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Signal } from '@preact/signals';
import { Protocol } from 'pmtiles';
import { leaveForSignIn } from '../session';
import type { View } from '../url';

setWorkerUrl(workerUrl);
addProtocol('pmtiles', new Protocol().tile);

/** What a page's map lets the page do. */
export interface MapHandle {
  zoomBy(steps: number): void;
  showAll(): void;
  remove(): void;
}

/** Makes a map in an element. `onTrouble` hears of base map tiles that could not be fetched. */
export type CreateMap = (container: HTMLElement, label: string, onTrouble: () => void) => MapHandle;

/** A map for those who ask for less motion: what changes has changed at once, and nothing fades. */
class StillMap extends MapLibre {
  constructor(options: MapOptions) {
    super({ ...options, fadeDuration: 0 });
  }

  override setStyle(style: StyleSpecification | string | null, options?: StyleSwapOptions): this {
    const isWhole = style !== null && typeof style === 'object';
    return super.setStyle(isWhole ? { ...style, transition: { duration: 0, delay: 0 } } : style, options);
  }
}

/** Make a map where `view` says, and keep `view` in step with it. `words` are MapLibre's own, in another language. */
export function newMap(
  container: HTMLElement,
  label: string,
  onTrouble: () => void,
  style: StyleSpecification,
  view: Signal<View | null>,
  words: Readonly<Record<string, string>> = {},
  more: Partial<MapOptions> = {},
): MapLibre {
  const opened = view.peek();
  const Kind = matchMedia('(prefers-reduced-motion: reduce)').matches ? StillMap : MapLibre;
  const map = new Kind({
    container,
    style,
    ...(opened && { center: [opened.lon, opened.lat], zoom: opened.zoom }),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 20,
    locale: { ...words, 'Map.Title': label },
    ...more,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl({}), 'bottom-right');
  map.on('error', (event) => {
    // Tiles do not go through the pages' own requests.
    if (isSignedOut(event.error)) leaveForSignIn();
    else if ('sourceId' in event) onTrouble();
    else console.error(event.error);
  });
  map.on('moveend', () => {
    const { lng, lat } = map.getCenter();
    view.value = { lon: lng, lat, zoom: map.getZoom() };
  });
  // Says to assistive technology, and to tests, whether the map still changes.
  for (const event of ['movestart', 'dataloading'] as const) map.on(event, () => (container.ariaBusy = 'true'));
  map.on('idle', () => (container.ariaBusy = 'false'));
  return map;
}

/** Whether the program asks to sign in again; the file of tiles says it in words. */
function isSignedOut(error: { message: string }): boolean {
  return error instanceof AJAXError ? error.status === 401 : error.message === 'Bad response code: 401';
}
