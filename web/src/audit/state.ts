/** What is chosen now. The address bar is its only store. */
import { batch, effect, signal } from '@preact/signals';
import { chosenTheme, lang } from '../look';
import { readPlace, writePlace, type PointLayer, type View } from '../url';
import { type Speed } from './replay/clock';
import { type Chosen } from './replay/subjects';
import { readWatched, withWatched } from './replay/url';

export { chosenTheme, lang, theme } from '../look';

const first = readPlace(location.search);

export const workerCode = signal<string | null>(first.worker);
export const gridCode = signal<string | null>(first.grid);
export const day = signal<string | null>(first.day);
export const pointLayers = signal<readonly PointLayer[]>(first.layers);
export const view = signal<View | null>(first.view);

const watched = readWatched(location.search);

/** The rule or patrol that is asked for; a new object each time it is. */
export const chosen = signal<Chosen | null>(watched.chosen);
/** Where the replay's clock stands, epoch milliseconds; `null`: where the day begins. */
export const at = signal<number | null>(watched.at);
/** The same for the address bar, which cannot follow every step of a clock. */
export const settledAt = signal<number | null>(watched.at);
export const speed = signal<Speed>(watched.speed);

/** Choose a worker and its grid; the day stays, so that two workers can be compared. */
export function chooseWorker(worker: string | null, grid: string | null): void {
  remember(() => {
    workerCode.value = worker;
    gridCode.value = grid;
    if (worker === null) day.value = null;
  });
}

/** Choose a day of the chosen worker. */
export function chooseDay(date: string): void {
  remember(() => {
    day.value = date;
  });
}

/** Choose a worker's day, and what is asked for on it. */
export function chooseDayOf(worker: string, date: string, asked: string | null): void {
  remember(() => {
    workerCode.value = worker;
    gridCode.value = null;
    day.value = date;
  });
  if (asked !== null) chosen.value = { key: asked, part: null };
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
    chosen.value = null;
    at.value = settledAt.value = null;
  });
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const place = writePlace({
      worker: workerCode.value,
      grid: gridCode.value,
      day: day.value,
      lang: lang.value,
      theme: chosenTheme.value,
      layers: pointLayers.value,
      view: view.value,
    });
    const query = withWatched(place, { at: settledAt.value, chosen: chosen.value, speed: speed.value });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  addEventListener('popstate', () => {
    const place = readPlace(location.search);
    const replayed = readWatched(location.search);
    batch(() => {
      workerCode.value = place.worker;
      gridCode.value = place.grid;
      day.value = place.day;
      chosen.value = replayed.chosen;
      at.value = settledAt.value = replayed.at;
    });
  });
}
