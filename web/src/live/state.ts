/** What is chosen on the live page. The address bar is its only store. */
import { batch, effect, signal } from '@preact/signals';
import type { Bounds } from '../geometry';
import { chosenTheme, lang } from '../look';
import type { View } from '../url';
import type { Which } from './queue';
import { readLivePlace, writeLivePlace, type Tab } from './url';

const first = readLivePlace(location.search);

export const community = signal<string | null>(first.community);
export const which = signal<Which>(first.which);
export const tab = signal<Tab>(first.tab);
export const workerCode = signal<string | null>(first.worker);
export const wall = signal(first.wall);
export const view = signal<View | null>(first.view);

/** The alert that the keyboard acts on. */
export const alertId = signal<number | null>(null);
export const helpShown = signal(false);
/** What the map shows now, and the box within which positions are asked for. */
export const viewBounds = signal<Bounds | null>(null);
export const box = signal<Bounds | null>(null);
/** Where the map should go; a new object each time it is asked for. */
export const goal = signal<{ point: [lon: number, lat: number] } | { grid: string } | null>(null);

/** Look at one area, or at all. */
export function chooseCommunity(code: string | null): void {
  if (code !== community.peek()) remember(() => (community.value = code));
}

/** Look at a worker, or at none. */
export function chooseWorker(code: string | null): void {
  if (code !== workerCode.peek()) remember(() => (workerCode.value = code));
}

/** Show the alerts or the workers. */
export function showTab(wanted: Tab): void {
  if (wanted !== tab.peek()) remember(() => (tab.value = wanted));
}

/** Begin or leave the mode for a large screen. */
export function showWall(isWall: boolean): void {
  if (isWall !== wall.peek()) remember(() => (wall.value = isWall));
}

/** Make a choice that the browser's Back button undoes. */
function remember(act: () => void): void {
  history.pushState(null, '', location.href);
  batch(act);
}

/** Keep the address bar in step with what is chosen. */
export function followState(): void {
  effect(() => {
    const query = writeLivePlace({
      community: community.value,
      which: which.value,
      tab: tab.value,
      worker: workerCode.value,
      wall: wall.value,
      lang: lang.value,
      theme: chosenTheme.value,
      view: view.value,
    });
    history.replaceState(null, '', `${location.pathname}${query}`);
  });
  effect(() => {
    document.documentElement.classList.toggle('wall', wall.value);
  });
  addEventListener('popstate', () => {
    const place = readLivePlace(location.search);
    batch(() => {
      community.value = place.community;
      which.value = place.which;
      tab.value = place.tab;
      workerCode.value = place.worker;
      wall.value = place.wall;
    });
  });
}
