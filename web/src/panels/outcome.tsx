/** An outcome as a sign, or as a sign and its word. */
import type { Outcome } from '../api/shapes';
import { t } from '../i18n';
import { OUTCOME_SIGN, OUTCOME_WORD } from '../words';

/** A small round sign; its word is there for those who do not see it. */
export function OutcomeSign({ outcome }: { outcome: Outcome }) {
  return (
    <span class={`sign ${outcome}`} role="img" aria-label={t(OUTCOME_WORD[outcome])}>
      {OUTCOME_SIGN[outcome]}
    </span>
  );
}

/** Sign and word. */
export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return (
    <span class={`badge ${outcome}`}>
      <span aria-hidden="true">{OUTCOME_SIGN[outcome]}</span> {t(OUTCOME_WORD[outcome])}
    </span>
  );
}
