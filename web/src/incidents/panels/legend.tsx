/** What the signs on the map mean, and what is not on it. */
import { count } from '../../format';
import { lang } from '../../look';
import { counts, firstPage, listed } from '../data';
import { SHAPE, SIGNS } from '../deadline';
import { t } from '../i18n';
import { filterBy, filters } from '../state';
import { SIGN_WORD } from '../words';

export function Legend() {
  const matched = firstPage.state.value.data?.numberMatched ?? 0;
  const here = listed.value?.length ?? 0;
  const unplaced = counts.state.value.data?.without_position ?? 0;
  return (
    <details class="legend" open={matchMedia('(min-width: 900px)').matches}>
      <summary>{t('图例')}</summary>
      <ul class="signs-of">
        {SIGNS.map((sign) => (
          <li key={sign}>
            <span class={`sign ${sign}`} aria-hidden="true">
              {SHAPE[sign]}
            </span>{' '}
            {t(SIGN_WORD[sign])}
          </li>
        ))}
      </ul>
      <p class="note">{t('越大越严重')}</p>
      {here < matched && (
        <p class="note">{t('图上和列表里是前 {n} 条，共 {all} 条', { n: count(here, lang.value), all: count(matched, lang.value) })}</p>
      )}
      {unplaced > 0 && !filters.value.unplaced && (
        <button type="button" class="link" onClick={() => filterBy({ unplaced: true })}>
          {t('{n} 条没有位置，不在图上', { n: count(unplaced, lang.value) })}
        </button>
      )}
    </details>
  );
}
