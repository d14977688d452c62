/** The chosen day: signs, verdicts of the day and its week, patrols. */
import type { DaysAnswer, Patrol, Verdict, Week } from '../../api/types';
import type { Subject } from '../../contests/subject';
import { track, zone } from '../data';
import { duration, isoWeek, longDay, shortClock } from '../../format';
import { t } from '../i18n';
import { ready } from '../../resource';
import { choose, replay } from '../replay/replay';
import { patrolKey, ruleKey } from '../replay/subjects';
import { may } from '../../session';
import { chosen, lang } from '../state';
import { CursorPanel } from './cursor-panel';
import { DayFiles } from './day-files';
import { OutcomeSign } from '../../panels/outcome';
import { Revisions } from './revisions';
import { severest } from '../../outcomes';
import { Signs } from './signs';
import { Empty, FailureOf } from '../../panels/states';
import { VerdictCard } from './verdict-card';

export function DayPanel({ answer, date }: { answer: DaysAnswer; date: string }) {
  const day = answer.days.find((other) => other.date === date);
  const week = answer.weeks.find((other) => other.week === isoWeek(date));
  const patrols = answer.patrols.filter((patrol) => patrol.date === date);
  return (
    <div class="day-panel">
      <h2>{longDay(date, lang.value)}</h2>
      <TrackState />
      <CursorPanel />
      <Signs signs={answer.signs.filter((sign) => sign.date === date)} />
      {!day?.verdicts.length && <Unjudged working={day?.working_day} />}
      {day && day.verdicts.length > 0 && (
        <section aria-labelledby="of-day">
          <h3 id="of-day">{t('当日判定')}</h3>
          {day.verdicts.map((verdict) => (
            <VerdictCard
              key={verdict.rule}
              verdict={verdict}
              subject={ruleKey(verdict.rule)}
              about={about(week, verdict, { subject: 'day', date })}
            />
          ))}
        </section>
      )}
      <Patrols patrols={patrols} week={week} />
      {week && week.verdicts.length > 0 && (
        <section aria-labelledby="of-week">
          <h3 id="of-week">
            {t('本周判定')} <span class="code">{week.week}</span>
          </h3>
          {week.verdicts.map((verdict) => (
            <VerdictCard
              key={verdict.rule}
              verdict={verdict}
              subject={ruleKey(verdict.rule, 'week')}
              about={about(week, verdict, { subject: 'week' })}
              ofWeek
            />
          ))}
        </section>
      )}
      <Revisions />
      {replay.value && <DayFiles />}
    </div>
  );
}

/** Name a verdict in a contest, as it is shown here. */
function about(week: Week | undefined, { rule }: Verdict, of: Pick<Subject, 'subject' | 'date' | 'starts_at'>): Subject | null {
  return week ? { week: week.week, revision: week.revision, rule, ...of } : null;
}

const isOfPatrol = (key: string | undefined, { verdicts }: Patrol, number: number): boolean =>
  verdicts.some(({ rule }) => ruleKey(rule, number) === key);

/** A day with a track and no verdict: why there is none, and what to do about it. */
function Unjudged({ working }: { working: boolean | undefined }) {
  if (!replay.value) return null;
  if (working === false) return <Empty>{t('这一天是休息日，没有按天的规则。')}</Empty>;
  return <Empty>{t('这一天有轨迹，还没有判定。运行 gis-grid judge --from … --to … 。')}</Empty>;
}

/** What the track is doing: not for one's eyes, failed, empty, or shown and logged. */
function TrackState() {
  if (!may('see_tracks')) return <Empty>{t('你的角色看不到轨迹，只能看判定。需要的话，请找管理员。')}</Empty>;
  const shown = ready(track.state.value);
  if (!shown) return <FailureOf of={track} />;
  if (shown.features.length === 0) return <Empty>{t('这一天没有轨迹。换一天，或导入这一天的轨迹。')}</Empty>;
  return (
    <p class="note logged">
      <span aria-hidden="true">◉</span> {t('你查看轨迹会记入台账，网格员本人可以看到。')}
    </p>
  );
}

function Patrols({ patrols, week }: { patrols: readonly Patrol[]; week: Week | undefined }) {
  return (
    <section aria-labelledby="patrols">
      <h3 id="patrols">{t('巡查')}</h3>
      {patrols.length === 0 && <Empty>{t('当天没有巡查。')}</Empty>}
      {patrols.map((patrol, index) => (
        <PatrolCard key={patrol.start} patrol={patrol} number={index + 1} week={week} />
      ))}
    </section>
  );
}

function PatrolCard({ patrol, number, week }: { patrol: Patrol; number: number; week: Week | undefined }) {
  const { start, end } = patrol;
  const key = patrolKey(number);
  const outcome = severest(patrol.verdicts.map((verdict) => verdict.outcome));
  const span = `${shortClock(start, zone.value)}–${shortClock(end, zone.value)}`;
  return (
    <details class="patrol" open={chosen.value?.key === key || isOfPatrol(chosen.value?.key, patrol, number)}>
      <summary>
        {outcome && <OutcomeSign outcome={outcome} />}
        <b>{t('第 {n} 次', { n: number })}</b>
        <span class="code">{span}</span>
        <span class="spacer">{t('网格内 {d}', { d: duration(patrol.best_s, lang.value) })}</span>
      </summary>
      {replay.value && (
        <button type="button" class="chip" aria-pressed={chosen.value?.key === key} onClick={() => choose(key)}>
          {t('放大到')} {span}
        </button>
      )}
      {patrol.verdicts.map((verdict) => (
        <VerdictCard
          key={verdict.rule}
          verdict={verdict}
          subject={ruleKey(verdict.rule, number)}
          about={about(week, verdict, { subject: 'patrol', date: patrol.date, starts_at: start })}
        />
      ))}
    </details>
  );
}
