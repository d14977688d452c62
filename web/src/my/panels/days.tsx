/** One's verdicts of the last two weeks: by week and day, every rule with what it asks, what was reached, and why. */
import type { DaysAnswer, Verdict, Week } from '../../api/types';
import { duration, longDay, shortClock } from '../../format';
import { inThisLook, lang } from '../../look';
import { ShowKept } from '../../panels/kept';
import { OutcomeSign } from '../../panels/outcome';
import { Empty } from '../../panels/states';
import { may } from '../../session';
import type { Subject } from '../../contests/subject';
import { code, days, zone } from '../data';
import { byWeek, type DayShown, type WeekShown } from '../days';
import { t } from '../i18n';
import { Signs, VerdictOf } from './verdict';

export function Days() {
  return (
    <section aria-labelledby="verdicts">
      <h2 id="verdicts">{t('最近两周的判定')}</h2>
      <ShowKept of={days}>{(answer) => <Weeks answer={answer} />}</ShowKept>
      <p class="note">
        <a href={inThisLook('/', { worker: code.value ?? '' })}>{t('看更早的判定')}</a>
      </p>
    </section>
  );
}

function Weeks({ answer }: { answer: DaysAnswer }) {
  const weeks = byWeek(answer);
  const newest = weeks.flatMap((week) => week.days).find(({ outcome }) => outcome !== null);
  if (weeks.length === 0) return <Empty>{t('这两周还没有判定。收到定位以后，程序每天夜里判定一次；明天再来看。')}</Empty>;
  return (
    <>
      {weeks.map((shown) => (
        <WeekOf key={shown.name} shown={shown} newest={newest?.date ?? null} />
      ))}
    </>
  );
}

function WeekOf({ shown: { name, week, days: ofWeek }, newest }: { shown: WeekShown; newest: string | null }) {
  return (
    <section class="week-of" aria-labelledby={`week-${name}`}>
      <h3 id={`week-${name}`}>
        {name} {week && <small>{t('网格内 {d}', { d: duration(week.best_s, lang.value) })}</small>}
        {week?.provisional && <small class="tag">{t('暂定')}</small>}
      </h3>
      {week && week.verdicts.length > 0 && (
        <details class="card">
          <summary>
            <Signs verdicts={week.verdicts} />
            <b>{t('整周的规则')}</b>
          </summary>
          <ListOf verdicts={week.verdicts} week={week} about={{ subject: 'week', date: null, starts_at: null }} />
        </details>
      )}
      {ofWeek.map((day) => (
        <DayOf key={day.date} shown={day} open={day.date === newest} />
      ))}
    </section>
  );
}

function DayOf({ shown: { date, day, week, patrols, outcome }, open }: { shown: DayShown; open: boolean }) {
  return (
    <details class="card" open={open}>
      <summary>
        {outcome ? <OutcomeSign outcome={outcome} /> : <span class="sign none">–</span>}
        <b>{longDay(date, lang.value)}</b>
        <span class="spacer">{day && t('网格内 {d}', { d: duration(day.best_s, lang.value) })}</span>
      </summary>
      {!day?.verdicts.length && (
        <p class="quiet">{day && !day.working_day ? t('休息日，没有按天的规则。') : t('这一天没有按天的规则。')}</p>
      )}
      {day && <ListOf verdicts={day.verdicts} week={week} about={{ subject: 'day', date, starts_at: null }} />}
      {patrols.map(({ start, end, best_s, verdicts }, index) => (
        <div class="patrol-of" key={start}>
          <p>
            <b>{t('第 {n} 次巡查', { n: index + 1 })}</b> {shortClock(start, zone.value)}–{shortClock(end, zone.value)} ·{' '}
            {t('网格内 {d}', { d: duration(best_s, lang.value) })}
          </p>
          <ListOf verdicts={verdicts} week={week} about={{ subject: 'patrol', date, starts_at: start }} />
        </div>
      ))}
      {may('see_tracks') && code.value && (
        <a class="button onwards" href={inThisLook('/', { worker: code.value, day: date })}>
          {t('在地图上回放这一天')}
        </a>
      )}
    </details>
  );
}

type About = Pick<Subject, 'subject' | 'date' | 'starts_at'>;

function ListOf({ verdicts, week, about }: { verdicts: readonly Verdict[]; week: Week | null; about: About }) {
  return (
    <>
      {verdicts.map((verdict) => (
        <VerdictOf
          key={verdict.rule}
          verdict={verdict}
          about={week && { ...about, week: week.week, rule: verdict.rule, revision: week.revision }}
        />
      ))}
    </>
  );
}
