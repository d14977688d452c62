/** The community in numbers. */
import type { Draft } from '../../api/types';
import { count } from '../../format';
import { t } from '../i18n';
import { lang } from '../../look';

export function Totals({ draft: { totals } }: { draft: Draft }) {
  const n = (value: number): string => count(value, lang.value);
  const facts = [
    { name: t('户数'), value: n(totals.households) },
    { name: t('网格'), value: n(totals.grids) },
    { name: t('合适'), value: `${n(totals.in_range)}/${n(totals.grids)}` },
  ];
  return (
    <>
      <dl class="totals">
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="note">
        {t('{n} 人', { n: n(totals.people) })} · {t('{n} 栋建筑', { n: n(totals.buildings) })} ·{' '}
        {t('{n} 平方公里', { n: (totals.area_m2 / 1e6).toFixed(2) })}
        {totals.gap_households > 0 && ` · ${t('{n} 户不在任何网格', { n: n(totals.gap_households) })}`}
      </p>
    </>
  );
}
