/** What is wrong or worth a look: why, in numbers, and what can be done about it by one click. */
import { useSignal } from '@preact/signals';
import type { Check, Draft, Edit } from '../../api/types';
import { pick, t } from '../i18n';
import { busy, edit, isEditable } from '../draft';
import { nameIn } from '../names';
import { chosen } from '../state';
import { SEVERITY_SIGN, SEVERITY_WORD } from '../words';

/** So many are shown at first. */
const FIRST = 6;

export function Checks({ draft }: { draft: Draft }) {
  const all = useSignal(false);
  const { checks } = draft;
  const errors = checks.filter(({ severity }) => severity === 'error').length;
  const shown = all.value ? checks : checks.slice(0, FIRST);
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">
        {t('检查')} <Tally errors={errors} rest={checks.length - errors} />
      </h2>
      <ul class="checks">
        {shown.map((check) => (
          <OneCheck key={`${check.code} ${check.grids.join()}`} check={check} draft={draft} />
        ))}
      </ul>
      {checks.length > shown.length && (
        <button type="button" class="button" onClick={() => (all.value = true)}>
          {t('再显示 {n} 条', { n: checks.length - shown.length })}
        </button>
      )}
    </section>
  );
}

function Tally({ errors, rest }: { errors: number; rest: number }) {
  if (errors === 0) return <span class="tally met">✓ {rest === 0 ? t('没有问题') : t('可以发布')}</span>;
  return <span class="tally error">{t('{n} 项必须处理', { n: errors })}</span>;
}

function OneCheck({ check, draft }: { check: Check; draft: Draft }) {
  const { severity, grids, choices } = check;
  return (
    <li class={`check ${severity}`}>
      <span class="sign-of" role="img" aria-label={t(SEVERITY_WORD[severity])}>
        {SEVERITY_SIGN[severity]}
      </span>
      <p>{pick(check)}</p>
      <div class="deeds">
        {grids.length > 0 && (
          <button type="button" class="chip" onClick={() => (chosen.value = grids)}>
            {t('看')} {grids.length > 3 ? t('{n} 个网格', { n: grids.length }) : grids.map((label) => nameIn(draft, label)).join(' ')}
          </button>
        )}
        {isEditable.value && <Choices of={choices} />}
      </div>
    </li>
  );
}

/** So many choices are shown at first. */
const FIRST_CHOICES = 3;

/** Edits ready to be made. */
export function Choices({ of }: { of: Check['choices'] }) {
  const all = useSignal(false);
  const hidden = all.value ? 0 : of.length - FIRST_CHOICES;
  return (
    <>
      {(hidden > 0 ? of.slice(0, FIRST_CHOICES) : of).map((choice) => (
        <button
          key={JSON.stringify(choice.edit)}
          type="button"
          class="chip choice-of"
          aria-disabled={busy.value}
          onClick={() => void edit(choice.edit as Edit)}
        >
          {pick(choice)}
        </button>
      ))}
      {hidden > 0 && (
        <button type="button" class="chip" onClick={() => (all.value = true)}>
          {t('还有 {n} 种办法', { n: hidden })}
        </button>
      )}
    </>
  );
}
