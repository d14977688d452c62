/** Signs of integrity: reasons to look, never verdicts. */
import type { Sign } from '../../api/types';
import { pick, t } from '../i18n';
import { signWord } from '../../words';

/** A small badge for a list. */
export function SignBadge({ kind }: { kind: string }) {
  return <span class="hint">⚑ {signWord(kind)}</span>;
}

/** The signs of a day with their numbers in a sentence. */
export function Signs({ signs }: { signs: readonly Sign[] }) {
  if (signs.length === 0) return null;
  return (
    <section class="signs-of-day" aria-labelledby="signs">
      <h3 id="signs">⚑ {t('线索')}</h3>
      <ul>
        {signs.map((sign) => (
          <li key={sign.kind}>
            <b>{signWord(sign.kind)}</b> {pick(sign)}
          </li>
        ))}
      </ul>
      <p class="note">{t('线索只是值得看一看的理由，不是结论。')}</p>
    </section>
  );
}
