/** Where the verdicts come from, on one line. */
import type { DaysAnswer } from '../api/types';
import { t } from '../i18n';

export function Provenance({ answer }: { answer: DaysAnswer }) {
  const profiles = answer.profiles.map(({ name, version }) => `${name} ${version}`).join(' · ');
  return (
    <p class="provenance">
      {t('依据')} <span class="code">{profiles}</span>
    </p>
  );
}
