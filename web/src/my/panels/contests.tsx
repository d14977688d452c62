/** One's own contests: what one said, and what became of it. */
import { withdrawContest, type Contest } from '../../api/contests';
import type { Verdict } from '../../api/types';
import { ContestSaid, StateOf } from '../../contests/said';
import { dayAndTime, longDay, shortClock } from '../../format';
import { lang } from '../../look';
import { periodName } from '../../period-name';
import { ShowKept } from '../../panels/kept';
import { Empty } from '../../panels/states';
import { Sure } from '../../panels/sure';
import { may } from '../../session';
import { OUTCOME_SIGN, OUTCOME_WORD } from '../../words';
import { contests, days, periods, putContest, zone } from '../data';
import { pick, t } from '../i18n';

export function Contests() {
  return (
    <section class="card contests" aria-labelledby="contests">
      <h2 id="contests">{t('我的异议')}</h2>
      <ShowKept of={contests}>
        {({ contests: all, next }) =>
          all.length === 0 ? (
            <Empty>{t('还没有提过异议。判定不对时，在那条判定下面提；复核之前它不计作未达标。')}</Empty>
          ) : (
            <>
              <ul class="rows">
                {all.map((contest) => (
                  <ContestOf key={contest.id} contest={contest} />
                ))}
              </ul>
              {next !== null && <p class="note">{t('这里是最近的 {n} 条。', { n: all.length })}</p>}
            </>
          )
        }
      </ShowKept>
    </section>
  );
}

function ContestOf({ contest }: { contest: Contest }) {
  const { id, state, filed_at, outcome_then } = contest;
  const about = subjectOf(contest);
  return (
    <li id={`contest-${id}`} tabIndex={-1}>
      <p>
        <StateOf state={state} /> {about}
      </p>
      <p class="quiet">
        {titleOf(contest.rule)} · {said(outcome_then)} · {t('提于 {at}', { at: dayAndTime(filed_at, zone.value) })}
      </p>
      <ContestSaid contest={contest} zone={zone.value} />
      {state === 'open' && may('contest') && (
        <Sure label={t('撤回')} of={about} act={async () => putContest(await withdrawContest(id))} />
      )}
    </li>
  );
}

const said = (outcome: Verdict['outcome']): string => `${OUTCOME_SIGN[outcome]} ${t(OUTCOME_WORD[outcome])}`;

/** What it is about, in words. */
function subjectOf({ subject, date, week, period, starts_at }: Contest): string {
  if (period !== null) return periodName(period, lang.value);
  if (date === null) return t('整周 {week}', { week: week ?? '' });
  const day = longDay(date, lang.value);
  return subject === 'patrol' && starts_at ? t('{day} {at} 开始的巡查', { day, at: shortClock(starts_at, zone.value) }) : day;
}

/** The title of a rule, where it is among what is shown. */
function titleOf(rule: string): string {
  const answer = days.state.value.data;
  const over = periods.state.value.data?.periods ?? [];
  const all = [...(answer?.days ?? []), ...(answer?.weeks ?? []), ...(answer?.patrols ?? []), ...over];
  const found = all.flatMap(({ verdicts }) => verdicts).find((one) => one.rule === rule);
  return found ? pick({ zh: found.title_zh, en: found.title_en }) : rule;
}
