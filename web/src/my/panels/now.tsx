/** Today: what is still owed, in one figure; the state; when one was last heard of. */
import type { MyDay, MyNow } from '../../api/my';
import type { WorkerState } from '../../api/types';
import { dayAndTime, duration, longDay, shortClock } from '../../format';
import { lang } from '../../look';
import { ShowKept } from '../../panels/kept';
import { Empty } from '../../panels/states';
import { STATE_SIGN } from '../../words';
import { here, myDay, zone } from '../data';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { minutesAgo, owedMinutes, shareDone, standingOf } from '../standing';

const STATE_WORD: Record<WorkerState, Word> = {
  in_grid: '在网格内',
  out_of_grid: '在网格外',
  silent: '没有收到定位',
  overdue: '到点还欠时',
  not_started: '还没开始',
  off_duty: '不在岗',
};

const STATE_HELP: Partial<Record<WorkerState, Word>> = {
  out_of_grid: '网格外的时间不计入；回到网格里就接着算。',
  silent: '正在值守，可是一直没有收到定位。请看看手机的定位权限、电量和网络。',
  overdue: '今天的时长还没够；要补，请先签到再巡查。',
  not_started: '今天要巡查。签到以后，时间才开始算。',
};

export function Now() {
  return (
    <section class="card now" aria-labelledby="now">
      <h2 id="now" class="visually-hidden">
        {t('今天')}
      </h2>
      <ShowKept of={myDay}>{(day) => <Today day={day} />}</ShowKept>
    </section>
  );
}

function Today({ day }: { day: MyDay }) {
  const standing = standingOf(day);
  return (
    <>
      <p class="date">{longDay(day.today, lang.value)}</p>
      {'live' in standing ? (
        <>
          <Figure kind={standing.kind} live={standing.live} />
          {standing.stoppedAt && (
            <p class="warned">{t('实时引擎从 {at} 起没有更新，这些数可能旧了。', { at: dayAndTime(standing.stoppedAt, zone.value) })}</p>
          )}
          <State day={day} live={standing.live} />
          <p class="note">{t('这是此刻的估计，以判定为准。')}</p>
        </>
      ) : (
        <Unknown standing={standing} />
      )}
    </>
  );
}

function Figure({ kind, live }: { kind: 'free' | 'done' | 'owing'; live: MyNow }) {
  const words = (seconds: number): string => duration(seconds, lang.value);
  return (
    <>
      {kind === 'owing' ? (
        <p class={live.state === 'overdue' ? 'figure late' : 'figure'}>
          <span>{t('今天还欠')}</span> <b>{words(owedMinutes(live.owed_day_s))}</b>
        </p>
      ) : (
        <p class="figure none">
          <b>{kind === 'done' ? t('今天不欠时长') : t('今天没有要求')}</b>
        </p>
      )}
      {(kind === 'owing' || live.inside_s > 0) && (
        <>
          <div class="gauge" aria-hidden="true">
            <i style={{ width: `${shareDone(live) * 100}%` }} />
          </div>
          <p>{t('今天已在网格内 {d}', { d: words(live.inside_s) })}</p>
        </>
      )}
      <p class="of-week">
        {live.owed_week_s > 0 ? t('本周还欠 {d}', { d: words(owedMinutes(live.owed_week_s)) }) : t('本周不欠时长')}
      </p>
    </>
  );
}

function State({ day, live: { state, state_since, heard_at, grid, grid_name } }: { day: MyDay; live: MyNow }) {
  const help = STATE_HELP[state];
  return (
    <div class={`state ${state}`}>
      <p>
        <b>
          <span aria-hidden="true">{STATE_SIGN[state]} </span>
          {t(STATE_WORD[state])}
        </b>{' '}
        {t('{at} 起', { at: shortClock(state_since, zone.value) })}
        {grid && ` · ${grid_name ?? grid}`}
      </p>
      <p>{heard_at ? <Heard at={heard_at} day={day} /> : t('今天还没有收到定位。')}</p>
      {help && <p class="help">{t(help)}</p>}
    </div>
  );
}

function Heard({ at, day }: { at: string; day: MyDay }) {
  const minutes = minutesAgo(at, day, myDay.state.value.at, here.value);
  const when = dayAndTime(at, zone.value);
  if (minutes < 1) return <>{t('刚刚收到定位（{at}）', { at: when })}</>;
  if (minutes < 120) return <>{t('{n} 分钟前收到定位（{at}）', { n: minutes, at: when })}</>;
  return <>{t('上次收到定位：{at}', { at: when })}</>;
}

/** Why there is no figure, and what to do. */
function Unknown({ standing }: { standing: { kind: 'never' | 'no-grid' } | { kind: 'stopped'; at: string } }) {
  switch (standing.kind) {
    case 'never':
      return <Empty>{t('实时引擎还没有运行过，所以算不出今天还欠多少。判定照常进行；请告诉管理员。')}</Empty>;
    case 'stopped':
      return (
        <Empty>
          {t('实时引擎从 {at} 起停了，所以算不出今天还欠多少。判定照常进行；请告诉管理员。', { at: dayAndTime(standing.at, zone.value) })}
        </Empty>
      );
    case 'no-grid':
      return <Empty>{t('今天没有分给你的网格，所以没有要求。如果不对，请找社区的区划员。')}</Empty>;
  }
}
