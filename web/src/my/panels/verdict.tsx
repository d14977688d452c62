/** One rule: what it asks, what was reached and how surely, why, and what one says to it. */
import { useSignal } from '@preact/signals';
import type { Verdict } from '../../api/types';
import { ContestForm } from '../../contests/form';
import { STATE_WORD } from '../../contests/said';
import { mayContest, newestOf, type Subject } from '../../contests/subject';
import { amount, duration } from '../../format';
import { lang } from '../../look';
import { Done } from '../../panels/fields';
import { OutcomeBadge, OutcomeSign } from '../../panels/outcome';
import { may } from '../../session';
import { code, contests, putContest, reloadVerdicts } from '../data';
import { pick, t } from '../i18n';

/** The outcomes of several rules, one sign each. */
export function Signs({ verdicts }: { verdicts: readonly Verdict[] }) {
  return (
    <>
      {verdicts.map(({ rule, outcome }) => (
        <OutcomeSign key={rule} outcome={outcome} />
      ))}
    </>
  );
}

export function VerdictOf({ verdict, about }: { verdict: Verdict; about: Subject | null }) {
  const { rule, outcome, unit, required, lower, best, upper, unknown_s, reasons } = verdict;
  const title = pick({ zh: verdict.title_zh, en: verdict.title_en });
  const said = (value: number): string => amount(value, unit, lang.value);
  const isExact = said(lower) === said(upper);
  return (
    <article class={`verdict ${outcome}`} aria-label={title}>
      <header>
        <h4>{title}</h4>
        <OutcomeBadge outcome={outcome} />
      </header>
      <dl class="amounts">
        <div>
          <dt>{t('做到')}</dt>
          <dd>
            {said(best)}
            {!isExact && <small> {t('{a} 到 {b} 之间', { a: said(lower), b: said(upper) })}</small>}
          </dd>
        </div>
        {required > 0 && (
          <div>
            <dt>{t('要求')}</dt>
            <dd>{said(required)}</dd>
          </div>
        )}
        {unknown_s >= 60 && (
          <div>
            <dt>{t('不明')}</dt>
            <dd>{duration(unknown_s, lang.value)}</dd>
          </div>
        )}
      </dl>
      <ul class="reasons">
        {reasons.map((reason) => (
          <li key={reason.code}>{pick(reason)}</li>
        ))}
      </ul>
      <p class="code">{rule}</p>
      {about && <Objection verdict={verdict} about={about} title={title} />}
    </article>
  );
}

/** What was said to it already, and the way to say something. */
function Objection({ verdict, about, title }: { verdict: Verdict; about: Subject; title: string }) {
  const writing = useSignal(false);
  const filed = useSignal<number | null>(null);
  const newest = newestOf(contests.state.value.data?.contests ?? [], about);
  const canFile = may('contest') && mayContest(verdict.outcome, newest);
  return (
    <>
      {newest?.state === 'open' && newest.id === filed.value && <Done>{t('已提交。复核以后，这里会写明结果。')}</Done>}
      {newest && (
        <p class={`contest-of ${newest.state}`}>
          <a href={`#contest-${newest.id}`}>{t('我的异议：{state}', { state: t(STATE_WORD[newest.state]) })}</a>
        </p>
      )}
      {canFile && !writing.value && (
        <button type="button" class="button" onClick={() => (writing.value = true)}>
          {t('对这条提异议')}
          <span class="visually-hidden"> {title}</span>
        </button>
      )}
      {canFile && writing.value && code.value !== null && (
        <ContestForm
          about={about}
          title={title}
          code={code.value}
          filed={(contest) => {
            putContest(contest);
            filed.value = contest.id;
          }}
          missed={reloadVerdicts}
          close={() => (writing.value = false)}
        />
      )}
    </>
  );
}
