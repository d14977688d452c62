/** What was done with an incident, newest first: who, in which role, when and why. */
import type { Incident } from '../../api/types';
import { zone } from '../../about';
import { dayAndTime } from '../../format';
import { t } from '../i18n';
import { LEVEL_WORD, named, roleWords } from '../words';

export function History({ of: { history } }: { of: Incident }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t('记录')}</h2>
      {history.length === 0 && <p class="note">{t('从文件导入，还没有人办过。')}</p>}
      <ol class="history-of" reversed>
        {history.toReversed().map((one) => (
          <li key={one.n} value={one.n}>
            <b>{named(one)}</b>
            {one.level && one.level !== 'worker' && <span class="tag">{t(LEVEL_WORD[one.level])}</span>}
            {one.rating !== null && (
              <span class="stars" role="img" aria-label={t('{n} 分', { n: one.rating })}>
                {'★'.repeat(one.rating)}
              </span>
            )}
            {one.why && <p>{one.why}</p>}
            <small>
              {one.by ?? t('不告知姓名')} · {roleWords(one.role)} · <time datetime={one.at}>{dayAndTime(one.at, zone.value)}</time>
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
