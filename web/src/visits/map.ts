/** Due targets as points: another shape each state, the chosen one ringed. Loaded after the shell. */
import { computed, effect } from '@preact/signals';
import { Popup, type LayerSpecification, type MapMouseEvent } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import type { DueVisit } from '../api/visits';
import { theme } from '../look';
import { Camera } from '../map/camera';
import { REGULAR } from '../map/fonts';
import { heldNow, keepInStep, type Sources } from '../map/keep';
import { newMap, type CreateMap } from '../map/new-map';
import type { Palette } from '../map/palette';
import { quietStyle } from '../map/quiet';
import { gridName, shownAreas, shownDue } from './data';
import { t } from './i18n';
import { choose, target, view } from './state';
import { classWord, STATE_SIGN, STATE_WORD } from './words';

const points = computed<FeatureCollection>(() => ({
  type: 'FeatureCollection',
  features: (shownDue.value?.due ?? []).map((one) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [one.lon, one.lat] },
    properties: { ...one, sign: STATE_SIGN[one.state], chosen: one.target === target.value },
  })),
}));

const sources: Sources = {
  due: points,
};

function layers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'due-chosen',
      type: 'circle',
      source: 'due',
      filter: ['==', ['get', 'chosen'], true],
      paint: { 'circle-radius': 13, 'circle-color': p.casing, 'circle-stroke-color': p.selected, 'circle-stroke-width': 3 },
    },
    {
      id: 'due',
      type: 'symbol',
      source: 'due',
      layout: {
        'text-field': ['get', 'sign'],
        'text-font': REGULAR,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 11, 17, 20],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: {
        'text-color': ['match', ['get', 'state'], 'overdue', p.overdue, 'due', p.class.inside, p.flagged],
        'text-halo-color': p.halo,
        'text-halo-width': 1.6,
      },
    },
  ];
}

/** Make the map of due visits. */
export const createMap: CreateMap = (container, label, onTrouble) => {
  const opened = view.peek();
  const map = newMap(container, label, onTrouble, quietStyle(theme.peek(), heldNow(sources), layers), view);
  const camera = new Camera(map);
  const popup = new Popup({ closeButton: false, closeOnClick: false, className: 'card', maxWidth: '260px', offset: 12 });
  const undo: (() => void)[] = [];
  const under = ({ point: { x, y } }: MapMouseEvent): DueVisit | undefined => {
    const [found] = map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: ['due'] });
    return found?.properties as DueVisit | undefined;
  };
  const showAll = (): void => {
    const { features } = points.peek();
    camera.show(features.length > 0 ? features : (shownAreas.peek()?.features ?? []));
  };
  map.once('style.load', () => {
    undo.push(...keepInStep(map, sources, layers));
    let held = opened !== null;
    undo.push(
      effect(() => {
        // Another list is a reason to move; a view that the address held stays until then.
        const { features } = points.value;
        if (features.length === 0 || features.some(({ properties }) => properties?.['chosen'])) return;
        if (!held) camera.show(features, 'jump');
        held = false;
      }),
    );
    map.on('mousemove', (event) => {
      const found = under(event);
      map.getCanvas().style.cursor = found ? 'pointer' : '';
      if (found) popup.setLngLat(event.lngLat).setDOMContent(card(found)).addTo(map);
      else popup.remove();
    });
    map.on('mouseout', () => popup.remove());
    map.on('click', (event) => {
      const found = under(event);
      if (found) choose(() => (target.value = found.target));
    });
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll,
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
};

/** What is told beside the pointer; text goes in as text. */
function card({ target: reference, visit_class: code, grid: in_, state }: DueVisit): HTMLElement {
  const element = document.createElement('div');
  element.appendChild(document.createElement('strong')).textContent = classWord(code);
  for (const line of [reference, gridName(in_), t(STATE_WORD[state])]) {
    element.appendChild(document.createElement('p')).textContent = line;
  }
  return element;
}
