/** The sign of an incident: shape and colour say the same. */
import { SHAPE, signOf } from '../deadline';
import { t } from '../i18n';
import { SIGN_WORD } from '../words';

type Signed = Parameters<typeof signOf>[0];

export function Sign({ of }: { of: Signed }) {
  const sign = signOf(of);
  return (
    <span class={`sign ${sign}`} role="img" aria-label={t(SIGN_WORD[sign])} title={t(SIGN_WORD[sign])}>
      {SHAPE[sign]}
    </span>
  );
}

/** How severe: as many bars as there are degrees. */
export function Severity({ of, word }: { of: number; word: string }) {
  return (
    <span class="severity">
      <span aria-hidden="true">{'▮'.repeat(of)}</span> {word}
    </span>
  );
}
