/** What is chosen now. The address bar is its only store. */
import { batch, effect, signal } from '@preact/signals';
import { chosenTheme, lang } from '../look';
import { readPlace, writePlace, type PointLayer, type View } from '../url';

export { chosenTheme, lang, theme } from '../look';

const first = readPlace(location.search);

export const workerCode = signal<string | null>(first.worker);
export const gridCode = signal<string | null>(first.grid);
export const day = signal<string | null>(first.day);
export const pointLayers = signal<readonly PointLayer[]>(first.layers);
export const view = signal<View | null>(first.view);

/** A stretch of the day that the map should go to; a new object each time it is asked for. */
export const focusInterval = signal<{ start: string; end: string } | null>(null);

/** Choose a worker and its grid; the day stays, so that two workers can be compared. */
export function chooseWorker(worker: string | null, grid: string | null): void {
  remember(() => {
    workerCode.value = worker;
    gridCode.value = grid;
    if (worker === null) day.value = null;
  });
}

/** Choose a day of the chosen worker. */
export function chooseDay(chosen: string): void {
  remember(() => {
    day.value = chosen;
  });
}

/** Show or hide a layer of points. */
export function togglePoints(layer: PointLayer): void {
  const shown = pointLayers.value;
  pointLayers.value = shown.includes(layer) ? shown.filter((other) => other !== layer) : [...shown, layer];
}

/** Make a choice that the browser's Back button undoes. */
function remember(choose: () => void): void {
  history.pushState(null, '', location.href);
  batch(() => {
    choose();
    focusInterval.value = null;
  });
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const query = writePlace({
      worker: workerCode.value,
      grid: gridCode.value,
      day: day.value,
      lang: lang.value,
      theme: chosenTheme.value,
      layers: pointLayers.value,
      view: view.value,
    });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  addEventListener('popstate', () => {
    const place = readPlace(location.search);
    batch(() => {
      workerCode.value = place.worker;
      gridCode.value = place.grid;
      day.value = place.day;
      focusInterval.value = null;
    });
  });
}
