/** The chosen worker: how, since when, what is owed, and the way to the day's track. */
import { zone } from '../../about';
import { clock, duration, shortClock } from '../../format';
import { inThisLook, lang, theme } from '../../look';
import { may } from '../../session';
import { chosenWorker, gridName, today } from '../data';
import { isKnown, now } from '../feed';
import { t } from '../i18n';
import { STATE_COLOUR } from '../map/colours';
import { chooseWorker, goal, workerCode } from '../state';
import { STATE_SIGN, STATE_WORD } from '../words';

export function WorkerCard() {
  const worker = chosenWorker.value;
  if (workerCode.value === null || !isKnown.value) return null;
  if (!worker) {
    return (
      <aside class="worker-card">
        <Close />
        <p>{t('{who} 不在现在显示的区域里。', { who: workerCode.value })}</p>
      </aside>
    );
  }
  const { lon, lat, grid } = worker;
  const time = (seconds: number): string => (seconds > 0 ? duration(seconds, lang.value) : t('无'));
  const ago = (iso: string): string =>
    t('{at}（{time}前）', {
      at: clock(iso, zone.value),
      time: duration(Math.max(0, now.value - Date.parse(iso)) / 1000, lang.value),
    });
  const facts: [string, string | null][] = [
    [t('今天在格内'), duration(worker.inside_s, lang.value)],
    [t('今天还差'), time(worker.owed_day_s)],
    [t('本周还差'), time(worker.owed_week_s)],
    [t('最近位置'), worker.seen_at && ago(worker.seen_at)],
    [t('最近报文'), worker.heard_at && worker.heard_at !== worker.seen_at ? ago(worker.heard_at) : null],
    [t('上岗'), worker.duty_since && shortClock(worker.duty_since, zone.value)],
    [t('精度'), worker.accuracy_m === null ? null : t('{m} 米', { m: Math.round(worker.accuracy_m) })],
  ];
  return (
    <aside class="worker-card" aria-label={worker.name}>
      <Close />
      <h2>
        {worker.name} <span class="code">{worker.code}</span>
      </h2>
      <p class="note">{gridName(grid) || t('今天没有网格')}</p>
      <p class="state">
        <b style={{ color: STATE_COLOUR[theme.value][worker.state] }}>
          <span aria-hidden="true">{STATE_SIGN[worker.state]}</span> {t(STATE_WORD[worker.state])}
        </b>{' '}
        {t('{at} 起', { at: shortClock(worker.state_since, zone.value) })}
      </p>
      <dl>
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <p class="note">{t('此刻的估计，以判定为准')}</p>
      <div class="deeds">
        <button
          type="button"
          class="button"
          onClick={() => (goal.value = lon !== null && lat !== null ? { point: [lon, lat] } : grid ? { grid } : null)}
        >
          ◎ {t('定位')}
        </button>
        {may('see_tracks') && today.value && (
          <a class="button" href={inThisLook('/', { worker: worker.code, day: today.value, ...(grid && { grid }) })}>
            {t('核查今天的轨迹')} ↗
          </a>
        )}
      </div>
    </aside>
  );
}

function Close() {
  return (
    <button type="button" class="close" aria-label={t('关闭')} onClick={() => chooseWorker(null)}>
      ✕
    </button>
  );
}
