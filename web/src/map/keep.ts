/** Keeps a quiet map in step with signals: data, theme, and all grids in view at first. */
import { effect, type ReadonlySignal } from '@preact/signals';
import { GeoJSONSource, type LayerSpecification, type Map as MapLibre } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import { theme } from '../look';
import type { Palette } from './palette';
import { quietStyle, type QuietData, type SourceLooks } from './quiet';

/** One signal a source. */
export type Sources = Record<string, ReadonlySignal<FeatureCollection>>;

/** What the sources hold now. */
export function heldNow(sources: Sources): QuietData {
  return Object.fromEntries(Object.entries(sources).map(([name, data]) => [name, data.peek()]));
}

/** Put new data into the sources, and redraw in another theme. */
export function keepInStep(
  map: MapLibre,
  sources: Sources,
  top: (p: Palette) => LayerSpecification[],
  looks: SourceLooks = {},
): (() => void)[] {
  let drawn = theme.peek();
  return [
    ...Object.entries(sources).map(([name, data]) =>
      effect(() => {
        const collection = data.value;
        const source = map.getSource(name);
        if (source instanceof GeoJSONSource) void source.setData(collection);
      }),
    ),
    effect(() => {
      if (theme.value === drawn) return;
      drawn = theme.value;
      map.setStyle(quietStyle(drawn, heldNow(sources), top, looks));
    }),
  ];
}
