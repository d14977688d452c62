/** The draft beside the division of today: what moves, which workers, how many households. */
import type { Comparison as Compared, Draft } from '../../api/types';
import { count } from '../../format';
import { inARow, t } from '../i18n';
import { lang } from '../../look';
import { Empty, Show } from '../../panels/states';
import { comparison } from '../draft';
import { nameIn, nameOf } from '../names';
import { CHANGE_WORD } from '../words';
import { Download } from './download';

const ORDER: readonly Compared['grids'][number]['change'][] = ['new', 'ends', 'changed'];

export function Comparison({ draft }: { draft: Draft }) {
  return (
    <section aria-labelledby="comparison">
      <h2 id="comparison">{t('与今天对照')}</h2>
      <Show of={comparison}>{(found) => <Differences found={found} draft={draft} />}</Show>
    </section>
  );
}

function Differences({ found, draft }: { found: Compared; draft: Draft }) {
  const n = (value: number): string => count(value, lang.value);
  const { totals, workers } = found;
  const changed = found.grids.filter(({ change }) => change !== 'same').sort((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change));
  const moving = workers.filter(({ moves }) => moves);
  const facts = [
    [t('换网格的户数'), n(totals.households_moved)],
    [t('有变动的网格'), n(changed.length)],
    [t('换网格的网格员'), n(totals.workers_moved)],
  ] as const;
  const name = (grid: { label: number | null; code: string | null } | null): string =>
    grid === null ? t('空隙') : grid.label === null ? nameOf({ label: 0, code: grid.code }, draft.community.code) : nameIn(draft, grid.label);
  return (
    <>
      {found.outdated && (
        <p class="failed">{t('现行边界在此期间已经变了：请从今天的网格新建一份草案，再重做这些改动。')}</p>
      )}
      <dl class="totals">
        {facts.map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {changed.length === 0 ? (
        <Empty>{t('与今天没有不同。')}</Empty>
      ) : (
        <>
        <table class="compared">
          <caption class="visually-hidden">{t('有变动的网格')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('网格')}</th>
              <th scope="col" class="number">
                {t('今天')}
              </th>
              <th scope="col" class="number">
                {t('草案')}
              </th>
              <th scope="col">{t('变化')}</th>
            </tr>
          </thead>
          <tbody>
            {changed.map((grid) => (
              <tr key={`${grid.label} ${grid.code}`}>
                <th scope="row">{name(grid)}</th>
                <td class="number">{grid.households_before === null ? '–' : n(grid.households_before)}</td>
                <td class="number">{grid.households === null ? '–' : n(grid.households)}</td>
                <td class={`change ${grid.change}`}>{t(CHANGE_WORD[grid.change])}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p class="after-list">
          <Download name={`compared-${draft.community.code}-${draft.id}`} of={t('与今天对照')} rows={() => rowsOf(found, name)} />
        </p>
        </>
      )}
      {found.moves.length > 0 && (
        <>
          <h3>{t('户数去向')}</h3>
          <ul class="moves">
            {found.moves.map((move) => (
              <li key={`${move.from} ${move.to?.label}`}>
                <span>
                  {name({ label: null, code: move.from })} → {name(move.to)}
                </span>
                <b>{t('{n} 户', { n: n(move.households) })}</b>
              </li>
            ))}
          </ul>
        </>
      )}
      {moving.length > 0 && (
        <>
          <h3>{t('换网格的网格员')}</h3>
          <ul class="moves">
            {moving.map((worker) => (
              <li key={worker.code}>
                <span>
                  {worker.name} <span class="code">{worker.code}</span>
                </span>
                <b>
                  {name({ label: null, code: worker.from })} → {name(worker.to)}
                </b>
              </li>
            ))}
          </ul>
        </>
      )}
      <Staffing labels={found.without_worker} draft={draft} word={t('没有网格员的网格')} />
      <Staffing labels={found.with_many} draft={draft} word={t('有几名网格员的网格')} />
    </>
  );
}

function rowsOf(found: Compared, name: (grid: Compared['grids'][number]) => string) {
  const head = [t('网格'), t('编码'), t('今天'), t('草案'), t('变化')];
  return [head, ...found.grids.map((grid) => [name(grid), grid.code, grid.households_before, grid.households, t(CHANGE_WORD[grid.change])])];
}

function Staffing({ labels, draft, word }: { labels: readonly number[]; draft: Draft; word: string }) {
  if (labels.length === 0) return null;
  return (
    <p class="note">
      {word} · {inARow(labels.map((label) => nameIn(draft, label)))}
    </p>
  );
}
