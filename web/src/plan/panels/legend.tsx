/** What colours and signs of the draft's map mean. */
import type { Draft } from '../../api/types';
import { t } from '../i18n';
import { inUnit } from '../names';

export function Legend({ draft }: { draft: Draft }) {
  const { least, most } = draft.limits;
  return (
    <div class="legend band-legend" role="group" aria-label={t('图例')}>
      <p class="bands">
        <span>{t('目标 {least}–{most}', { least, most: inUnit(most, draft) })}</span>
        <span class="band over">▲ &gt;{most}</span>
        <span class="band in">
          {least}–{most}
        </span>
        <span class="band under">▼ &lt;{least}</span>
      </p>
    </div>
  );
}
