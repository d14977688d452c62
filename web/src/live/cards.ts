/** What the cards say that appear beside the pointer. */
import { zone } from '../about';
import type { LiveAlert, LiveGrid, LiveWorker } from '../api/types';
import { count, duration, shortClock } from '../format';
import { lang } from '../look';
import type { Card } from '../map/card';
import { gridName, midnight, slowNow } from './data';
import { t } from './i18n';
import { minutesSince } from './seen';
import { KIND_SIGN, KIND_WORD, STATE_SIGN, STATE_WORD, subjectOf } from './words';

/** A worker: how, since when, last heard of. */
export function workerCard(worker: LiveWorker | undefined): Card | null {
  if (!worker) return null;
  const at = shortClock(worker.state_since, zone.value);
  return {
    title: worker.name,
    lines: [
      `${STATE_SIGN[worker.state]} ${t(STATE_WORD[worker.state])} · ${t('{at} 起', { at })}`,
      gridName(worker.grid),
      t('今天在格内 {time}', { time: duration(worker.inside_s, lang.value) }),
    ].filter(Boolean),
  };
}

/** An alert: what, whom, since when. */
export function alertCard(alert: LiveAlert | undefined): Card | null {
  if (!alert) return null;
  const at = shortClock(alert.since, zone.value);
  return {
    title: `${KIND_SIGN[alert.kind]} ${t(KIND_WORD[alert.kind])}`,
    lines: [subjectOf(alert), gridName(alert.grid), t('{at} 起', { at })].filter(Boolean),
  };
}

/** A grid: when somebody was last seen in it, how much of it was covered, who is there. */
export function gridCard(grid: LiveGrid | undefined): Card | null {
  if (!grid || midnight.value === null) return null;
  const minutes = minutesSince(grid.seen_at, slowNow.value, midnight.value);
  const n = (value: number): string => count(value, lang.value);
  return {
    title: gridName(grid.code),
    lines: [
      minutes === null ? t('今天没到过') : t('{n} 分钟前到过', { n: n(minutes) }),
      t('覆盖 {a} / {b} 个单元', { a: n(grid.covered), b: n(grid.walkable) }),
      t('在岗 {a} / 应到 {b}', { a: n(grid.on_duty), b: n(grid.expected) }),
    ],
  };
}
