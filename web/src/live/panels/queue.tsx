/** What calls: emergencies first; each can be acknowledged, found on the map, handed to somebody. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { zone } from '../../about';
import type { LiveAlert } from '../../api/types';
import { dayAndTime, duration, fullDay, shortClock } from '../../format';
import { lang } from '../../look';
import { Trouble } from '../../panels/fields';
import { may } from '../../session';
import { gridName, queue, slowNow, today } from '../data';
import { acknowledge, isPlaced, locate } from '../deeds';
import { t } from '../i18n';
import { isOpen, WHICH } from '../queue';
import { alertId, wall, which } from '../state';
import { KIND_SIGN, KIND_WORD, subjectOf, WHICH_WORD } from '../words';
import { Nothing } from './empty';
import { Takers } from './takers';

const STEP = 40;
const ON_WALL = 12;

export function Queue() {
  const shown = useSignal(STEP);
  const all = queue.value;
  const at = all.findIndex(({ id }) => id === alertId.value);
  const most = wall.value ? ON_WALL : Math.max(shown.value, at + 1);
  return (
    <section class="queue" aria-label={t('告警队列')}>
      {!wall.value && <Filter />}
      {all.length === 0 && <Nothing of={which.value} />}
      <ul>
        {all.slice(0, most).map((alert) => (
          <Row key={alert.id} alert={alert} />
        ))}
      </ul>
      {all.length > most && (
        <button type="button" class="more" onClick={() => (shown.value = most + STEP)}>
          {t('还有 {n} 条告警', { n: all.length - most })}
        </button>
      )}
    </section>
  );
}

function Filter() {
  return (
    <div class="filter" role="group" aria-label={t('显示哪些告警')}>
      {WHICH.map((one) => (
        <button key={one} type="button" aria-pressed={which.value === one} onClick={() => (which.value = one)}>
          {t(WHICH_WORD[one])}
        </button>
      ))}
    </div>
  );
}

function Row({ alert }: { alert: LiveAlert }) {
  const isHanding = useSignal(false);
  const { busy, problem, run } = useAction(() => acknowledge(alert));
  const subject = subjectOf(alert);
  const isSeen = alert.acknowledged_at !== null;
  const mayHandle = may('handle_alerts') && isOpen(alert);
  const named = <span class="visually-hidden"> {subject}</span>;
  return (
    <li
      data-alert={alert.id}
      class={`${alert.kind} ${isOpen(alert) ? '' : 'cleared'} ${isSeen ? 'seen' : ''} ${alertId.value === alert.id ? 'chosen' : ''}`}
    >
      <button
        type="button"
        class="what"
        aria-current={alertId.value === alert.id ? 'true' : undefined}
        onClick={() => (alertId.value = alert.id)}
        onDblClick={() => locate(alert)}
      >
        <b class="kind">
          <span aria-hidden="true">{KIND_SIGN[alert.kind]}</span> {t(KIND_WORD[alert.kind])}
        </b>
        <span class="whom">{subject}</span>
        <span class="where">{alert.community === null ? t('不在任何社区') : gridName(alert.grid)}</span>
        <When alert={alert} />
        <Handled alert={alert} />
      </button>
      {!wall.value && (
        <div class="deeds">
          {mayHandle && !isSeen && (
            <button type="button" class="acknowledge" aria-disabled={busy.value} onClick={() => void run()}>
              ✓ {t('知道了')}
              {named}
            </button>
          )}
          {isPlaced(alert) && (
            <button type="button" onClick={() => locate(alert)}>
              ◎ {t('定位')}
              {named}
            </button>
          )}
          {mayHandle && (
            <button type="button" aria-expanded={isHanding.value} onClick={() => (isHanding.value = !isHanding.value)}>
              → {t('交办')}
              {named}
            </button>
          )}
        </div>
      )}
      {isHanding.value && <Takers alert={alert} done={() => (isHanding.value = false)} />}
      <Trouble problem={problem.value} />
    </li>
  );
}

/** Since when, and how long that is; a day only where it is not today. */
function When({ alert: { since, cleared_at: cleared } }: { alert: LiveAlert }) {
  const isToday = fullDay(since, zone.value) === today.value;
  const at = isToday ? shortClock(since, zone.value) : dayAndTime(since, zone.value);
  const until = cleared === null ? slowNow.value : Date.parse(cleared);
  const time = duration(Math.max(0, until - Date.parse(since)) / 1000, lang.value);
  return (
    <small class="when">
      {t('{at} 起', { at })} · {time}
      {cleared !== null && ` · ${t('{at} 已消除', { at: shortClock(cleared, zone.value) })}`}
    </small>
  );
}

/** Who has seen it, and whose it is. */
function Handled({ alert }: { alert: LiveAlert }) {
  const { acknowledged_by: by, acknowledged_at: at, assigned_to: to } = alert;
  if (!at && !to) return null;
  return (
    <small class="handled">
      {at && `✓ ${t('{who} {at} 已看', { who: by ?? '', at: shortClock(at, zone.value) })}`}
      {at && to && ' · '}
      {to && `→ ${t('交给 {who}', { who: to })}`}
    </small>
  );
}
