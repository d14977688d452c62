/** All grids of the draft: sorted and searched, as a file too. */
import { useSignal } from '@preact/signals';
import type { Draft, DraftGrid } from '../../api/types';
import type { Word } from '../dictionary';
import { count } from '../../format';
import { t } from '../i18n';
import { lang } from '../../look';
import { Empty } from '../../panels/states';
import { BAND_WORD } from '../../words';
import { addsGrids } from '../hand';
import { choose, chosen } from '../state';
import { deviation, nameOf, sizeOf } from '../names';
import { BandBadge } from './band-badge';
import { Download } from './download';

/** So many are shown at first. */
const FIRST = 8;

type Order = 'worst' | 'name' | 'most' | 'least' | 'area' | 'ragged';

const ORDER_WORD: Record<Order, Word> = {
  worst: '偏差大的在前',
  name: '按编码',
  most: '大的在前',
  least: '小的在前',
  area: '面积大的在前',
  ragged: '不紧凑的在前',
};

function inOrder(order: Order, draft: Draft): (a: DraftGrid, b: DraftGrid) => number {
  const name = (grid: DraftGrid): string => nameOf(grid, draft.community.code);
  switch (order) {
    case 'worst':
      return (a, b) => deviation(b, draft) - deviation(a, draft);
    case 'name':
      return (a, b) => name(a).localeCompare(name(b), 'en', { numeric: true });
    case 'most':
      return (a, b) => sizeOf(b, draft) - sizeOf(a, draft);
    case 'least':
      return (a, b) => sizeOf(a, draft) - sizeOf(b, draft);
    case 'area':
      return (a, b) => b.area_m2 - a.area_m2;
    case 'ragged':
      return (a, b) => a.compactness - b.compactness;
  }
}

export function Grids({ draft }: { draft: Draft }) {
  const all = useSignal(false);
  const order = useSignal<Order>('worst');
  const sought = useSignal('');
  if (draft.grids.length === 0) return null;
  const isSought = (grid: DraftGrid): boolean =>
    `${nameOf(grid, draft.community.code)} ${grid.name} ${t(BAND_WORD[grid.band])}`.toLowerCase().includes(sought.value.trim().toLowerCase());
  const sorted = draft.grids.filter(isSought).toSorted(inOrder(order.value, draft));
  const shown = all.value ? sorted : sorted.slice(0, FIRST);
  return (
    <section aria-labelledby="grids">
      <h2 id="grids">
        {t('网格')} <Download name={`grids-${draft.community.code}-${draft.id}`} of={t('网格')} rows={() => rowsOf(draft)} />
      </h2>
      <div class="list-tools">
        {draft.grids.length > FIRST && (
          <input
            type="search"
            aria-label={t('搜索网格')}
            placeholder={t('搜索网格')}
            value={sought.value}
            onInput={(event) => (sought.value = event.currentTarget.value)}
          />
        )}
        <select aria-label={t('排序')} value={order.value} onChange={(event) => (order.value = event.currentTarget.value as Order)}>
          {(Object.keys(ORDER_WORD) as Order[]).map((one) => (
            <option key={one} value={one}>
              {t(ORDER_WORD[one])}
            </option>
          ))}
        </select>
      </div>
      {sorted.length === 0 && <Empty>{t('没有符合“{q}”的网格。', { q: sought.value })}</Empty>}
      <ul class="rows-of-grids">
        {shown.map((grid) => (
          <li key={grid.label}>
            <button
              type="button"
              aria-pressed={chosen.value.includes(grid.label)}
              onClick={(event) => choose(grid.label, event.shiftKey || event.ctrlKey || event.metaKey || addsGrids())}
            >
              <span class="title">{t('网格 {name}', { name: nameOf(grid, draft.community.code) })}</span>
              <span class="marks">
                {grid.locked && t('锁定')} {grid.exception !== null && t('例外')}
              </span>
              <span class="number">{figure(grid, order.value, draft)}</span>
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

/** What the list is sorted by can be seen. */
function figure(grid: DraftGrid, order: Order, draft: Draft): string {
  if (order === 'area') return t('{n} 公顷', { n: (grid.area_m2 / 1e4).toFixed(1) });
  if (order === 'ragged') return grid.compactness.toFixed(2);
  return count(sizeOf(grid, draft), lang.value);
}

function rowsOf(draft: Draft) {
  const head = [
    t('网格'), t('编码'), t('名称'), t('户数'), t('人口'), t('建筑'), t('面积（平方米）'),
    t('紧凑度'), t('边界沿路沿河'), t('块数'), t('范围'), t('锁定'), t('例外'),
  ];
  const rows = draft.grids.toSorted(inOrder('name', draft)).map((grid) => [
    nameOf(grid, draft.community.code),
    grid.code,
    grid.name,
    grid.households,
    grid.people,
    grid.buildings,
    Math.round(grid.area_m2),
    grid.compactness,
    grid.on_ground_share,
    grid.parts,
    t(BAND_WORD[grid.band]),
    grid.locked ? 1 : 0,
    grid.exception,
  ]);
  return [head, ...rows];
}
