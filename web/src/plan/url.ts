/** What the address bar holds of planning: draft, tab, chosen grids, view. */
import { queryText, readLook, readView, viewText, writeLook, type Look, type View } from '../url';

export type Tab = 'plan' | 'publish' | 'past';

const TABS: readonly Tab[] = ['plan', 'publish', 'past'];

export interface PlanPlace extends Look {
  scenario: number | null;
  tab: Tab;
  /** Labels of draft grids. */
  grids: readonly number[];
  view: View | null;
}

/** More chosen grids than these are not written down. */
const MOST_GRIDS = 50;

/** Read a query string; whatever it does not hold, or holds wrongly, is as at the first visit. */
export function readPlanPlace(search: string): PlanPlace {
  const query = new URLSearchParams(search);
  const labels = (query.get('grids') ?? '').split(',').map(readNumber);
  return {
    ...readLook(search),
    scenario: readNumber(query.get('scenario')) || null,
    tab: TABS.find((tab) => tab === query.get('tab')) ?? 'plan',
    grids: [...new Set(labels.filter((label) => label !== null))],
    view: readView(query.get('view')),
  };
}

function readNumber(text: string | null): number | null {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Write the query string that `readPlanPlace` reads; what is as at the first visit is left out. */
export function writePlanPlace(place: PlanPlace): string {
  const query = new URLSearchParams();
  if (place.scenario !== null) query.set('scenario', String(place.scenario));
  if (place.tab !== 'plan') query.set('tab', place.tab);
  if (place.grids.length > 0 && place.grids.length <= MOST_GRIDS) query.set('grids', place.grids.join(','));
  writeLook(query, place);
  if (place.view) query.set('view', viewText(place.view));
  return queryText(query);
}
