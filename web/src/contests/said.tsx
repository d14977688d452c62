/** What was said in a contest, by both sides, and what became of the verdict. */
import type { Contest, ContestState } from '../api/contests';
import type { Outcome } from '../api/shapes';
import type { Word } from './dictionary';
import { dayAndTime } from '../format';
import { t } from './i18n';
import { OUTCOME_SIGN, OUTCOME_WORD } from '../words';

export const STATE_WORD: Record<ContestState, Word> = {
  open: '等待复核',
  accepted: '异议成立',
  rejected: '异议不成立',
  withdrawn: '已撤回',
};

/** How far it has come, as a word. */
export function StateOf({ state }: { state: ContestState }) {
  return <b class={`contest-state ${state}`}>{t(STATE_WORD[state])}</b>;
}

export function ContestSaid({ contest, zone }: { contest: Contest; zone: string }) {
  const { words, answer, decided_by, decided_at, judged_again, outcome_now } = contest;
  return (
    <>
      <blockquote>{words}</blockquote>
      {answer !== null && decided_at !== null && (
        <p class="answer">
          {t('复核 {at}（{who}）：', { at: dayAndTime(decided_at, zone), who: decided_by ?? '' })}
          <q>{answer}</q>
        </p>
      )}
      {judged_again && (
        <p>{outcome_now ? t('后来重新判定为：{outcome}', { outcome: said(outcome_now) }) : t('后来重新判定，不再有这一条。')}</p>
      )}
    </>
  );
}

const said = (outcome: Outcome): string => `${OUTCOME_SIGN[outcome]} ${t(OUTCOME_WORD[outcome])}`;
