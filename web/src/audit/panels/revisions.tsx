/** Every judging of the week, the last one first, and what each changed. */
import type { Revision } from '../../api/types';
import { days, revisions, zone } from '../data';
import { amount, dayAndTime, shortDay } from '../../format';
import { inARow, pick, t } from '../i18n';
import { ready } from '../../resource';
import { lang } from '../state';
import { OUTCOME_SIGN, OUTCOME_WORD } from '../../words';
import { FailureOf } from '../../panels/states';

type Change = Revision['changes'][number];

export function Revisions() {
  const all = ready(revisions.state.value)?.revisions ?? [];
  if (all.length === 0) return <FailureOf of={revisions} />;
  return (
    <section class="revisions" aria-labelledby="revisions">
      <h3 id="revisions">{t('历次判定')}</h3>
      <ol reversed>
        {all.toReversed().map((revision) => (
          <Judging key={revision.revision} revision={revision} />
        ))}
      </ol>
    </section>
  );
}

function Judging({ revision }: { revision: Revision }) {
  const { revision: number, judged_at, provisional, changes, profiles, boundary_ids, core_version } = revision;
  return (
    <li>
      <p>
        <b>{t('第 {n} 版', { n: number })}</b> {dayAndTime(judged_at, zone.value)}
        {provisional && <span class="provisional"> {t('暂定')}</span>}
      </p>
      <p class="note">
        {inARow(profiles.map(({ name, version }) => `${name} ${version}`))} · {t('边界')} {boundary_ids.map((id) => `#${id}`).join(' ')} ·{' '}
        {t('算法 {v}', { v: core_version })}
      </p>
      <NewFixes revision={revision} />
      {changes.length === 0 && (
        <p class="note">{number === 1 ? t('第一次判定，没有更早的可比。') : t('与上一版相比，判定没有变化。')}</p>
      )}
      {changes.length > 0 && (
        <ul class="changes">
          {changes.map((change, index) => (
            <li key={index}>
              <ChangeWords change={change} />
            </li>
          ))}
        </ul>
      )}
      <p class="digest note">
        {t('摘要')} <span class="code">{revision.input_digest.slice(0, 12)}</span> →{' '}
        <span class="code">{revision.result_digest.slice(0, 12)}</span>
      </p>
    </li>
  );
}

/** Why it was judged again. */
function NewFixes({ revision: { new_fixes: received } }: { revision: Revision }) {
  const late = Object.entries(received).filter(([, fixes]) => fixes > 0);
  if (late.length === 0) return null;
  const words = late.map(([date, n]) => t('{day} 新到 {n} 个定位点', { day: shortDay(date), n }));
  return <p class="note">{inARow(words)}</p>;
}

function ChangeWords({ change }: { change: Change }) {
  const { rule, date, unit } = change;
  return (
    <>
      <b>{titleOf(rule)}</b> {date && <span class="code">{shortDay(date)}</span>}
      <span class="from-to">
        {said(change.before, change.before_amount, unit)} → {said(change.after, change.after_amount, unit)}
      </span>
    </>
  );
}

function said(outcome: Change['before'], best: number | null, unit: Change['unit']): string {
  if (outcome === null) return t('无判定');
  const words = `${OUTCOME_SIGN[outcome]} ${t(OUTCOME_WORD[outcome])}`;
  return best === null ? words : `${words} ${amount(best, unit, lang.value)}`;
}

function titleOf(rule: string): string {
  const answer = ready(days.state.value);
  const verdicts = [...(answer?.days ?? []), ...(answer?.weeks ?? []), ...(answer?.patrols ?? [])].flatMap((of) => of.verdicts);
  const found = verdicts.find((verdict) => verdict.rule === rule);
  return found ? `${rule} ${pick({ zh: found.title_zh, en: found.title_en })}` : rule;
}
