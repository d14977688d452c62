/** The chosen day: signs, verdicts of the day and its week, patrols. */
import type { DaysAnswer, Patrol } from '../../api/types';
import { track, zone } from '../data';
import { duration, isoWeek, longDay, shortClock } from '../../format';
import { t } from '../i18n';
import { ready } from '../../resource';
import { focusInterval, lang } from '../state';
import { OutcomeSign } from './outcome';
import { severest } from '../outcomes';
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
      <Signs signs={answer.signs.filter((sign) => sign.date === date)} />
      {day && day.verdicts.length > 0 && (
        <section aria-labelledby="of-day">
          <h3 id="of-day">{t('当日判定')}</h3>
          {day.verdicts.map((verdict) => (
            <VerdictCard key={verdict.rule} verdict={verdict} />
          ))}
        </section>
      )}
      <Patrols patrols={patrols} />
      {week && week.verdicts.length > 0 && (
        <section aria-labelledby="of-week">
          <h3 id="of-week">
            {t('本周判定')} <span class="code">{week.week}</span>
          </h3>
          {week.verdicts.map((verdict) => (
            <VerdictCard key={verdict.rule} verdict={verdict} zoom={false} />
          ))}
        </section>
      )}
    </div>
  );
}

/** What the track is doing: failed, empty, or shown and logged. */
function TrackState() {
  const shown = ready(track.state.value);
  if (!shown) return <FailureOf of={track} />;
  if (shown.features.length === 0) return <Empty>{t('这一天没有轨迹。换一天，或导入这一天的轨迹。')}</Empty>;
  return (
    <p class="note logged">
      <span aria-hidden="true">◉</span> {t('你查看轨迹会记入台账，网格员本人可以看到。')}
    </p>
  );
}

function Patrols({ patrols }: { patrols: readonly Patrol[] }) {
  return (
    <section aria-labelledby="patrols">
      <h3 id="patrols">{t('巡查')}</h3>
      {patrols.length === 0 && <Empty>{t('当天没有巡查。')}</Empty>}
      {patrols.map((patrol, index) => (
        <PatrolCard key={patrol.start} patrol={patrol} number={index + 1} />
      ))}
    </section>
  );
}

function PatrolCard({ patrol, number }: { patrol: Patrol; number: number }) {
  const { start, end } = patrol;
  const outcome = severest(patrol.verdicts.map((verdict) => verdict.outcome));
  const span = `${shortClock(start, zone.value)}–${shortClock(end, zone.value)}`;
  return (
    <details class="patrol">
      <summary>
        {outcome && <OutcomeSign outcome={outcome} />}
        <b>{t('第 {n} 次', { n: number })}</b>
        <span class="code">{span}</span>
        <span class="spacer">{t('网格内 {d}', { d: duration(patrol.best_s, lang.value) })}</span>
      </summary>
      <button type="button" class="chip" onClick={() => (focusInterval.value = { start, end })}>
        {t('放大到')} {span}
      </button>
      {patrol.verdicts.map((verdict) => (
        <VerdictCard key={verdict.rule} verdict={verdict} />
      ))}
    </details>
  );
}
