/** What is known of now: whole at first, then row by row as it changes. */
import type { LiveAlert, LiveBeat, LiveCell, LiveGrid, LiveNews, LiveWorker } from '../api/types';

export interface Known {
  /** Ask with it for what comes after; `null` before the first news. */
  readonly version: number | null;
  readonly beat: LiveBeat | null;
  readonly workers: ReadonlyMap<string, LiveWorker>;
  readonly grids: ReadonlyMap<string, LiveGrid>;
  readonly cells: ReadonlyMap<string, LiveCell>;
  readonly alerts: ReadonlyMap<number, LiveAlert>;
}

export const NOTHING: Known = {
  version: null,
  beat: null,
  workers: new Map(),
  grids: new Map(),
  cells: new Map(),
  alerts: new Map(),
};

const cellKey = ({ cell, grid }: LiveCell): string => `${cell} ${grid}`;

/** Return what is known after some news; what it does not speak of is the very same object as before. */
export function afterNews(known: Known, news: LiveNews): Known {
  const base = news.whole ? NOTHING : known;
  return {
    version: news.version,
    beat: news.beat ?? base.beat,
    workers: merged(base.workers, news.workers, ({ code }) => code),
    grids: merged(base.grids, news.grids, ({ code }) => code),
    cells: merged(base.cells, news.cells, cellKey),
    alerts: merged(base.alerts, news.alerts, ({ id }) => id),
  };
}

/** Return what is known after one alert was handled; that it was cleared meanwhile stays known. */
export function afterHandling(known: Known, alert: LiveAlert): Known {
  const cleared = alert.cleared_at ?? known.alerts.get(alert.id)?.cleared_at ?? null;
  return { ...known, alerts: merged(known.alerts, [{ ...alert, cleared_at: cleared }], ({ id }) => id) };
}

function merged<K, T>(old: ReadonlyMap<K, T>, rows: readonly T[], keyOf: (row: T) => K): ReadonlyMap<K, T> {
  if (rows.length === 0) return old;
  const next = new Map(old);
  for (const row of rows) next.set(keyOf(row), row);
  return next;
}
