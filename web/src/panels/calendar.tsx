/** Two weeks of days with their outcomes, and the sum of each week. */
import type { Day, DaysAnswer, Week } from '../api/types';
import { isoWeek, longDay, shortDay, shortDuration } from '../format';
import { weeksOf, type Fortnight } from '../fortnight';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { severest } from '../outcomes';
import { chooseDay, day as chosenDay, lang } from '../state';
import { OUTCOME_WORD } from '../words';
import { OutcomeSign } from './outcome';

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
  const inside = day && day.upper_s > 0 ? shortDuration(day.best_s) : null;
  const state = outcome ? t(OUTCOME_WORD[outcome]) : day?.working_day === false ? t('休息日') : t('无判定');
  const facts = inside ? t('网格内 {d}', { d: inside }) : t('无轨迹');
  return (
    <td>
      <button
        type="button"
        class={`day ${outcome ?? 'none'}`}
        aria-pressed={chosenDay.value === date}
        aria-label={`${longDay(date, lang.value)}，${state}，${facts}`}
        onClick={() => chooseDay(date)}
      >
        <span class="date">{shortDay(date)}</span>
        {outcome ? <OutcomeSign outcome={outcome} /> : <span class="sign none">·</span>}
        <span class="time">{inside ?? '–'}</span>
      </button>
    </td>
  );
}

function WeekCell({ name, week }: { name: string; week: Week | undefined }) {
  const outcome = severest((week?.verdicts ?? []).map((verdict) => verdict.outcome));
  return (
    <td class="week">
      <span class="date">{name.slice(5)}</span>
      {outcome ? <OutcomeSign outcome={outcome} /> : <span class="sign none">·</span>}
      <span class="time">{week ? shortDuration(week.best_s) : '–'}</span>
    </td>
  );
}
