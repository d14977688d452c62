/** What the address bar holds, so that a view can be sent to a colleague and opened again. */
import type { Lang } from './language';

export type Theme = 'light' | 'dark';
export type PointLayer = 'incident' | 'hazard';

export interface View {
  lon: number;
  lat: number;
  zoom: number;
}

/** What all pages have in common. */
export interface Look {
  lang: Lang;
  /** `null` follows the system. */
  theme: Theme | null;
}

export interface Place extends Look {
  worker: string | null;
  grid: string | null;
  day: string | null;
  layers: readonly PointLayer[];
  view: View | null;
}

export const POINT_LAYERS: readonly PointLayer[] = ['incident', 'hazard'];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Read language and theme out of a query string. */
export function readLook(search: string): Look {
  const query = new URLSearchParams(search);
  const theme = query.get('theme');
  return {
    lang: query.get('lang') === 'en' ? 'en' : 'zh',
    theme: theme === 'light' || theme === 'dark' ? theme : null,
  };
}

/** Write language and theme into a query string; what is as at the first visit is left out. */
export function writeLook(query: URLSearchParams, { lang, theme }: Look): void {
  if (lang === 'zh') query.delete('lang');
  else query.set('lang', lang);
  if (theme === null) query.delete('theme');
  else query.set('theme', theme);
}

/** Read a query string; whatever it does not hold, or holds wrongly, is as at the first visit. */
export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const day = query.get('day');
  const layers = (query.get('layers') ?? '').split(',');
  return {
    ...readLook(search),
    worker: query.get('worker') || null,
    grid: query.get('grid') || null,
    day: day && DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : null,
    layers: POINT_LAYERS.filter((layer) => layers.includes(layer)),
    view: readView(query.get('view')),
  };
}

/** Read a view; a wrong one is none. */
export function readView(text: string | null): View | null {
  const [lon, lat, zoom, ...rest] = (text ?? '').split(',').map(Number);
  if (lon === undefined || lat === undefined || zoom === undefined || rest.length > 0) return null;
  const inRange = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24;
  return inRange ? { lon, lat, zoom } : null;
}

/** Write the query string that `readPlace` reads; what is as at the first visit is left out. */
export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  if (place.worker) query.set('worker', place.worker);
  if (place.grid) query.set('grid', place.grid);
  if (place.day) query.set('day', place.day);
  writeLook(query, place);
  if (place.layers.length > 0) query.set('layers', place.layers.join(','));
  if (place.view) query.set('view', viewText(place.view));
  return queryText(query);
}

/** Write a view as `readView` reads it. */
export function viewText({ lon, lat, zoom }: View): string {
  return `${lon.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`;
}

/** Write a query string with commas that can be read; none when there is nothing to say. */
export function queryText(query: URLSearchParams): string {
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `?${text}` : '';
}
