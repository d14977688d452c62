/** What the address bar holds of the live page, so that a wall opens as it was left. */
import { queryText, readLook, readView, viewText, writeLook, type Look, type View } from '../url';
import { WHICH, type Which } from './queue';

export type Tab = 'alerts' | 'workers';

export interface LivePlace extends Look {
  /** Code of an area; `null`: all within sight. */
  community: string | null;
  which: Which;
  tab: Tab;
  worker: string | null;
  wall: boolean;
  view: View | null;
}

/** Read a query string; whatever it does not hold, or holds wrongly, is as at the first visit. */
export function readLivePlace(search: string): LivePlace {
  const query = new URLSearchParams(search);
  return {
    ...readLook(search),
    community: query.get('community')?.slice(0, 100) || null,
    which: WHICH.find((which) => which === query.get('alerts')) ?? 'open',
    tab: query.get('tab') === 'workers' ? 'workers' : 'alerts',
    worker: query.get('worker')?.slice(0, 200) || null,
    wall: query.get('wall') === '1',
    view: readView(query.get('view')),
  };
}

/** Write the query string that `readLivePlace` reads; what is as at the first visit is left out. */
export function writeLivePlace(place: LivePlace): string {
  const query = new URLSearchParams();
  if (place.community) query.set('community', place.community);
  if (place.which !== 'open') query.set('alerts', place.which);
  if (place.tab !== 'alerts') query.set('tab', place.tab);
  if (place.worker) query.set('worker', place.worker);
  if (place.wall) query.set('wall', '1');
  writeLook(query, place);
  if (place.view) query.set('view', viewText(place.view));
  return queryText(query);
}
