/** A small map over an outline: what the page tells of, on the town's ground. */
import { effect, signal } from '@preact/signals';
import type { FeatureCollection } from 'geojson';
import type { LayerSpecification } from 'maplibre-gl';
import { theme } from '../look';
import { Camera } from '../map/camera';
import { newMap } from '../map/new-map';
import type { Palette } from '../map/palette';
import { quietStyle } from '../map/quiet';
import type { View } from '../url';

const shownLayers = (p: Palette): LayerSpecification[] => [
  {
    id: 'shown-fill',
    type: 'fill',
    source: 'shown',
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': p.selected, 'fill-opacity': 0.14 },
  },
  {
    id: 'shown-casing',
    type: 'line',
    source: 'shown',
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': p.casing, 'line-width': 5 },
  },
  {
    id: 'shown-line',
    type: 'line',
    source: 'shown',
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': p.selected, 'line-width': 2.5 },
  },
  {
    id: 'shown-point',
    type: 'circle',
    source: 'shown',
    filter: ['==', ['geometry-type'], 'Point'],
    paint: { 'circle-radius': 6, 'circle-color': p.selected, 'circle-stroke-color': p.casing, 'circle-stroke-width': 2 },
  },
];

/** Words of MapLibre's for a map that lies within a page that scrolls; it has them in English. */
const IN_CHINESE = {
  'CooperativeGesturesHandler.WindowsHelpText': '按住 Ctrl 并滚动来缩放地图',
  'CooperativeGesturesHandler.MacHelpText': '按住 ⌘ 并滚动来缩放地图',
  'CooperativeGesturesHandler.MobileHelpText': '用两根手指移动地图',
};

/** Draw the features that an element holds. Without WebGL its outline stays; where tiles fail, ground is missing. */
export function drawOn(place: HTMLElement): void {
  const shown = JSON.parse(place.dataset['features'] ?? '') as FeatureCollection;
  const container = document.createElement('div');
  const style = () => quietStyle(theme.value, { shown }, shownLayers);
  place.append(container);
  try {
    const label = place.getAttribute('aria-label') ?? '';
    const words = document.documentElement.lang.startsWith('zh') ? IN_CHINESE : {};
    const map = newMap(container, label, () => undefined, style(), signal<View | null>(null), words);
    map.cooperativeGestures.enable();
    new Camera(map).show(shown.features, 'jump');
    let drawn = theme.peek();
    effect(() => {
      if (theme.value !== drawn) map.setStyle(style());
      drawn = theme.value;
    });
    place.classList.add('mapped');
  } catch (reason) {
    container.remove();
    console.info(reason);
  }
}
