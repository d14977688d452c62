/** What was done, newest first; what was taken back stays to be seen until something else is done. */
import type { Draft } from '../../api/types';
import { zone } from '../../about';
import { dayAndTime } from '../../format';
import { pick, t } from '../i18n';

export function History({ draft: { history } }: { draft: Draft }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t('操作记录')}</h2>
      {history.length === 0 && <p class="note">{t('还没有操作。')}</p>}
      <ol class="history" reversed>
        {history.toReversed().map((one) => (
          <li key={one.n} value={one.n} class={one.undone ? 'undone' : undefined}>
            {one.undone ? <s>{pick(one)}</s> : pick(one)}
            {one.undone && <span class="tag">{t('已撤销')}</span>}
            <small>
              {one.by} · <time datetime={one.at}>{dayAndTime(one.at, zone.value)}</time>
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
