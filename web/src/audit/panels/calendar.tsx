/** Two weeks of days with their outcomes, and the sum of each week. */
import type { Day, DaysAnswer, Week } from '../../api/types';
import { isoWeek, longDay, shortDay, shortDuration } from '../../format';
import { weeksOf, type Fortnight } from '../fortnight';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { severest } from '../../outcomes';
import { chooseDay, day as chosenDay, lang } from '../state';
import { OutcomeSign } from '../../panels/outcome';

const WEEKDAYS: readonly Word[] = ['一', '二', '三', '四', '五', '六', '日'];

export function Calendar({ answer, fortnight }: { answer: DaysAnswer; fortnight: Fortnight }) {
  const days = new Map(answer.days.map((day) => [day.date, day]));
  const weeks = new Map(answer.weeks.map((week) => [week.week, week]));
  return (
    <table class="calendar">
      <thead>
        <tr>
          {WEEKDAYS.map((word) => (
            <th key={word} scope="col">
              {t(word)}
            </th>
          ))}
          <th scope="col">{t('合计')}</th>
        </tr>
      </thead>
      <tbody>
        {weeksOf(fortnight).map((dates) => {
          const name = isoWeek(dates[0] as string);
          return (
            <tr key={name}>
              {dates.map((date) => (
                <DayCell key={date} date={date} day={days.get(date)} />
              ))}
              <WeekCell name={name} week={weeks.get(name)} />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function DayCell({ date, day }: { date: string; day: Day | undefined }) {
  const outcome = severest((day?.verdicts ?? []).map((verdict) => verdict.outcome));
  const inside = day && day.upper_s > 0 ? day.best_s : null;
  return (
    <td>
      <button
        type="button"
        class={`day ${outcome ?? 'none'}`}
        aria-pressed={chosenDay.value === date}
        onClick={() => chooseDay(date)}
      >
        <span class="date">
          <span aria-hidden="true">{shortDay(date)}</span>
          <span class="visually-hidden">{longDay(date, lang.value)} </span>
        </span>
        {outcome ? <OutcomeSign outcome={outcome} /> : <NoOutcome day={day} />}
        <span class="time">
          {inside === null ? <Quietly sign="–" words={t('无轨迹')} /> : shortDuration(inside)}
        </span>
      </button>
    </td>
  );
}

function NoOutcome({ day }: { day: Day | undefined }) {
  const words = day?.working_day === false ? t('休息日') : t('无判定');
  return (
    <span class="sign none">
      <Quietly sign="·" words={words} />
    </span>
  );
}

/** A sign for the eye with words for the ear. */
function Quietly({ sign, words }: { sign: string; words: string }) {
  return (
    <>
      <span aria-hidden="true">{sign}</span>
      <span class="visually-hidden"> {words} </span>
    </>
  );
}

function WeekCell({ name, week }: { name: string; week: Week | undefined }) {
  const outcome = severest((week?.verdicts ?? []).map((verdict) => verdict.outcome));
  return (
    <td class="week">
      <span class="date">{name.slice(5)}</span>
      {outcome ? <OutcomeSign outcome={outcome} /> : <NoOutcome day={undefined} />}
      <span class="time">{week ? shortDuration(week.best_s) : '–'}</span>
    </td>
  );
}
