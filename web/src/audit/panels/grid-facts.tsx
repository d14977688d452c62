/** The chosen grid in numbers. */
import type { Grid } from '../../api/shapes';
import { count } from '../../format';
import { t } from '../i18n';
import { lang } from '../state';
import { BAND_SIGN, BAND_WORD } from '../../words';

/** The band of households that a grid is made for (BASE-1). */
export const HOUSEHOLDS = { min: 300, max: 500 };

/** `heading`: nobody stands above it whose grid it is. */
export function GridFacts({ grid, heading }: { grid: Grid; heading: boolean }) {
  const { households, band } = grid;
  const n = (value: number): string => count(value, lang.value);
  return (
    <section class="grid-facts" aria-label={grid.name}>
      {heading && <h1>{grid.name}</h1>}
      <p class="where">
        {(heading || !grid.name.startsWith(grid.community_name)) && `${grid.community_name} · `}
        {!heading && <b>{grid.name}</b>} <span class="code">{grid.code}</span>
      </p>
      <p class="facts">
        <span class={`band ${band}`}>
          {BAND_SIGN[band]} {t('{n} 户', { n: n(households) })}
        </span>
        <span>{t(BAND_WORD[band])}</span>
        {band === 'over' && <span>{t('比上限多 {n} 户', { n: n(households - HOUSEHOLDS.max) })}</span>}
        {band === 'under' && <span>{t('比下限少 {n} 户', { n: n(HOUSEHOLDS.min - households) })}</span>}
        <span>{t('{n} 栋建筑', { n: n(grid.buildings) })}</span>
      </p>
      {heading && grid.worker_name && (
        <p>
          {t('网格员')} <b>{grid.worker_name}</b>
        </p>
      )}
    </section>
  );
}
