/** All grids of the draft, those farthest outside the limits first. */
import { useSignal } from '@preact/signals';
import type { Draft } from '../../api/types';
import { count } from '../../format';
import { t } from '../../i18n';
import { lang } from '../../look';
import { tool } from '../sketch';
import { choose, chosen } from '../state';
import { deviation, nameOf, sizeOf } from '../names';
import { BandBadge } from './band-badge';

/** So many are shown at first. */
const FIRST = 8;

export function Grids({ draft }: { draft: Draft }) {
  const all = useSignal(false);
  const sorted = draft.grids.toSorted((a, b) => deviation(b, draft) - deviation(a, draft));
  const shown = all.value ? sorted : sorted.slice(0, FIRST);
  if (sorted.length === 0) return null;
  return (
    <section aria-labelledby="grids">
      <h2 id="grids">{t('网格，偏差大的在前')}</h2>
      <ul class="rows-of-grids">
        {shown.map((grid) => (
          <li key={grid.label}>
            <button
              type="button"
              aria-pressed={chosen.value.includes(grid.label)}
              onClick={(event) =>
                choose(grid.label, event.shiftKey || event.ctrlKey || event.metaKey || tool.value === 'merge')
              }
            >
              <span class="title">{t('网格 {name}', { name: nameOf(grid, draft.community.code) })}</span>
              <span class="marks">
                {grid.locked && t('锁定')} {grid.exception !== null && t('例外')}
              </span>
              <span class="number">{count(sizeOf(grid, draft), lang.value)}</span>
              <BandBadge band={grid.band} />
            </button>
          </li>
        ))}
      </ul>
      {sorted.length > shown.length && (
        <button type="button" class="button" onClick={() => (all.value = true)}>
          {t('再显示 {n} 个', { n: sorted.length - shown.length })}
        </button>
      )}
    </section>
  );
}
