/** What a worker objects to: beside the verdict, with the way to say so and to decide; and all that waits. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { decideContest, withdrawContest, type Contest, type Decision } from '../../api/contests';
import type { Outcome } from '../../api/shapes';
import { mayContest, newestOf, shownOn, wordsOf, type Subject } from '../../contests/subject';
import { dayAndTime, longDay, shortClock } from '../../format';
import { periodName } from '../../period-name';
import { ContestForm } from '../../contests/form';
import { ContestSaid, StateOf } from '../../contests/said';
import { Trouble } from '../../panels/fields';
import { Empty, Show } from '../../panels/states';
import { Sure } from '../../panels/sure';
import { WordsField } from '../../contests/words-field';
import { ready } from '../../resource';
import { may, me } from '../../session';
import { contests, days, openContests, periods, reloadContests, revisions, shownContests, workers, zone } from '../data';
import { t } from '../i18n';
import { ruleKey } from '../replay/subjects';
import { chooseDayOf, lang, workerCode } from '../state';

/** The newest contest of a verdict; to the worker whose verdict it is, the way to file one. */
export function ContestsOf({ about, outcome, title }: { about: Subject; outcome: Outcome; title: string }) {
  const writing = useSignal(false);
  const known = shownContests.value;
  if (!known) return null;
  const newest = newestOf(known.contests, about);
  const code = workerCode.value;
  const canFile = code !== null && isMe(code) && may('contest') && mayContest(outcome, newest);
  return (
    <>
      {newest && <ContestOf contest={newest} title={title} />}
      {canFile && !writing.value && (
        <button type="button" class="button" onClick={() => (writing.value = true)}>
          {t('对这条提异议')}
          <span class="visually-hidden"> {title}</span>
        </button>
      )}
      {canFile && writing.value && (
        <ContestForm
          about={about}
          title={title}
          code={code}
          filed={reloadContests}
          missed={readAgain}
          close={() => (writing.value = false)}
        />
      )}
    </>
  );
}

const isMe = (code: string): boolean => me.value?.worker === code;

/** What is shown is not what there is any more. */
function readAgain(): void {
  days.reload();
  periods.reload();
  revisions.reload();
  contests.reload();
}

function ContestOf({ contest, title }: { contest: Contest; title: string }) {
  const { id, worker, state, filed_at } = contest;
  const isOpen = state === 'open';
  return (
    <section class="contest" aria-label={t('异议：{title}', { title })}>
      <p>
        <StateOf state={state} /> <span class="note">{t('提于 {at}', { at: dayAndTime(filed_at, zone.value) })}</span>
      </p>
      <ContestSaid contest={contest} zone={zone.value} />
      {isOpen && isMe(worker) && may('contest') && (
        <Sure
          label={t('撤回')}
          of={t('异议：{title}', { title })}
          act={async () => {
            await withdrawContest(id);
            reloadContests();
          }}
        />
      )}
      {isOpen && !isMe(worker) && may('review_contests') && <Deciding id={id} />}
    </section>
  );
}

/** Where a reviewer answers. Whether it was decided or somebody else was faster, what there is now is read. */
function Deciding({ id }: { id: number }) {
  const written = useSignal('');
  const words = wordsOf(written.value);
  const { busy, problem, run } = useAction(async (outcome: Decision) => {
    if (words === null) return;
    await decideContest(id, outcome, words).finally(reloadContests);
  });
  const button = (outcome: Decision, label: string) => (
    <button type="button" class="button" aria-disabled={busy.value || words === null} onClick={() => run(outcome)}>
      {label}
    </button>
  );
  return (
    <div class="contesting">
      <WordsField
        id={`answer-${id}`}
        label={t('复核意见')}
        note={t('网格员会看到。成立：这条判定不再计作未达标；计算出的结果不改。')}
        written={written}
      />
      <Trouble problem={problem.value} />
      <div class="deeds">
        {button('accepted', t('判异议成立'))}
        {button('rejected', t('判异议不成立'))}
      </div>
    </div>
  );
}

/** All that waits for a reviewer; each leads to its day. */
export function OpenContests() {
  return (
    <section aria-labelledby="open-contests">
      <h2 id="open-contests">{t('等待复核的异议')}</h2>
      <Show of={openContests}>
        {({ contests: open, next }) => (
          <>
            {open.length === 0 && <Empty>{t('没有等待复核的异议。')}</Empty>}
            <ul class="waiting">
              {open.map((contest) => (
                <li key={contest.id}>
                  <button type="button" onClick={() => chooseDayOf(contest.worker, shownOn(contest), askedFor(contest))}>
                    <b>{nameOf(contest.worker)}</b> <span class="code">{contest.rule}</span> {subjectOf(contest)}
                    <span class="words">{contest.words}</span>
                  </button>
                </li>
              ))}
            </ul>
            {next !== null && <p class="note">{t('这里是最近的 {n} 条，处理后会出现更早的。', { n: open.length })}</p>}
          </>
        )}
      </Show>
    </section>
  );
}

/** A patrol is found by its time; which of the day it is, only the day tells. A month has nothing on the map. */
function askedFor({ subject, rule }: Contest): string | null {
  if (subject === 'patrol' || subject === 'period') return null;
  return ruleKey(rule, subject === 'week' ? 'week' : null);
}

const nameOf = (code: string): string =>
  ready(workers.state.value)?.workers.find((worker) => worker.code === code)?.name ?? code;

function subjectOf({ date, week, period, starts_at }: Contest): string {
  if (period !== null) return periodName(period, lang.value);
  if (date === null) return t('整周 {week}', { week: week ?? '' });
  const day = longDay(date, lang.value);
  return starts_at ? `${day} ${t('{at} 的巡查', { at: shortClock(starts_at, zone.value) })}` : day;
}
