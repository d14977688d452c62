/** The chosen grids: their figures, and what can be done with them. */
import { useSignal } from '@preact/signals';
import type { Draft, DraftGrid } from '../../api/types';
import { count } from '../../format';
import { t } from '../i18n';
import { lang } from '../../look';
import { Empty } from '../../panels/states';
import { busy, chosenGrids, edit, isEditable } from '../draft';
import { bandOf, deviation, inUnit, nameOf, signed, sizeOf } from '../names';
import { joint } from '../counts';
import { choose, chosen } from '../state';
import { give } from '../tools';
import { BandBadge } from './band-badge';

export function Selection({ draft }: { draft: Draft }) {
  const found = chosenGrids.value;
  const [only] = found;
  return (
    <section aria-labelledby="chosen">
      <h2 id="chosen">{t('已选')}</h2>
      {found.length === 0 && draft.grids.length > 0 && (
        <Empty>{t('在地图或下面的列表里点一个网格；按住 Shift 可以多选。')}</Empty>
      )}
      {found.length === 0 && draft.grids.length === 0 && (
        <Empty>{t('还没有网格：按 P 自动划分，或按 D 自己画。')}</Empty>
      )}
      {only && found.length === 1 && <One grid={only} draft={draft} />}
      {found.length > 1 && <Several found={found} draft={draft} />}
    </section>
  );
}

function One({ grid, draft }: { grid: DraftGrid; draft: Draft }) {
  const n = (value: number): string => count(value, lang.value);
  const off = deviation(grid, draft);
  return (
    <div class={`chosen-grid ${grid.band}`}>
      <p class="headline">
        <b>{t('网格 {name}', { name: nameOf(grid, draft.community.code) })}</b>
        <span class="size">{inUnit(sizeOf(grid, draft), draft)}</span>
        <BandBadge band={grid.band} />
      </p>
      <p class="note">
        {grid.name && grid.code ? `${grid.name} · ${grid.code}` : t('新网格，发布时得到编码')}
        {grid.band !== 'in' && ` · ${t(grid.band === 'over' ? '超出 {n}' : '还差 {n}', { n: inUnit(off, draft) })}`}
      </p>
      <dl class="figures">
        <Figure name={t('人口')} value={n(grid.people)} />
        <Figure name={t('建筑')} value={n(grid.buildings)} />
        <Figure name={t('面积')} value={t('{n} 公顷', { n: (grid.area_m2 / 1e4).toFixed(1) })} />
        <Figure name={t('紧凑度')} value={grid.compactness.toFixed(2)} />
        <Figure name={t('边界沿路沿河')} value={`${Math.round(grid.on_ground_share * 100)}%`} />
        {grid.parts > 1 && <Figure name={t('块数')} value={n(grid.parts)} />}
      </dl>
      {grid.exception !== null && <p class="note">{t('作为例外：{reason}', { reason: grid.exception })}</p>}
      {isEditable.value && <Deeds grid={grid} draft={draft} />}
    </div>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What can be done with one grid without a line: for the keyboard, for a finger, for the machine. */
function Deeds({ grid, draft }: { grid: DraftGrid; draft: Draft }) {
  const { least, target } = draft.limits;
  const size = sizeOf(grid, draft);
  const parts = Math.max(2, Math.round(size / target));
  const name = nameOf(grid, draft.community.code);
  return (
    <>
      <div class="deeds" role="group" aria-label={t('网格 {name}', { name })}>
        <button type="button" class="button" onClick={() => give('split')}>
          {t('画线拆分')}
        </button>
        {size >= 2 * least && (
          <button
            type="button"
            class="button"
            aria-disabled={busy.value}
            onClick={() => void edit({ op: 'split', grid: grid.label, parts })}
          >
            {t('自动拆成 {n} 份', { n: parts })}
          </button>
        )}
        <button type="button" class="button" onClick={() => give('merge')}>
          {t('与相邻网格合并')}
        </button>
        <button type="button" class="button" onClick={() => give('move')}>
          {t('移地块')}
        </button>
        <button type="button" class="button" onClick={() => give('border')}>
          {t('改边界')}
        </button>
        <button type="button" class="button" onClick={() => give('lock')}>
          {grid.locked ? t('解锁') : t('锁定')}
        </button>
      </div>
      {grid.band !== 'in' && grid.exception === null && <Exception grid={grid} />}
    </>
  );
}

/** Some grids cannot be within the limits: then somebody says why. */
function Exception({ grid }: { grid: DraftGrid }) {
  const reason = useSignal('');
  return (
    <details class="make">
      <summary>{t('作为例外保留')}</summary>
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          void edit({ op: 'accept', grid: grid.label, reason: reason.value.trim() });
        }}
      >
        <div class="field">
          <label for="reason">{t('理由')}</label>
          <input
            id="reason"
            required
            maxLength={1000}
            autocomplete="off"
            value={reason.value}
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button" aria-disabled={busy.value}>
          {t('作为例外保留')}
        </button>
      </form>
    </details>
  );
}

function Several({ found, draft }: { found: readonly DraftGrid[]; draft: Draft }) {
  const together = joint.value;
  return (
    <div class={`chosen-grid ${bandOf(together, draft)}`}>
      <p class="headline">
        <b>{t('{n} 个网格', { n: found.length })}</b>
        <span class={`size ${bandOf(together, draft)}`}>{t('合并后 {n}', { n: signed(together, draft) })}</span>
      </p>
      <ul class="rows-of-grids">
        {found.map((grid) => (
          <li key={grid.label}>
            <span class="title">{t('网格 {name}', { name: nameOf(grid, draft.community.code) })}</span>
            <span class="number">{count(sizeOf(grid, draft), lang.value)}</span>
            <BandBadge band={grid.band} />
            <button type="button" class="drop" onClick={() => choose(grid.label, true)}>
              <span aria-hidden="true">×</span>
              <span class="visually-hidden">
                {t('不选')} {nameOf(grid, draft.community.code)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {isEditable.value && (
        <div class="deeds">
          <button type="button" class="button strong" aria-disabled={busy.value} onClick={() => give('merge')}>
            {t('合并成一个网格')}
          </button>
          {found.length === 2 && (
            <button type="button" class="button" onClick={() => give('border')}>
              {t('改两者的边界')}
            </button>
          )}
          <button
            type="button"
            class="button"
            aria-disabled={busy.value}
            onClick={() => void edit({ op: 'partition', grids: found.map(({ label }) => label) })}
          >
            {t('只重新划分这些')}
          </button>
          <button type="button" class="button" onClick={() => give('lock')}>
            {found.every(({ locked }) => locked) ? t('解锁') : t('锁定')}
          </button>
          <button type="button" class="button" onClick={() => (chosen.value = [])}>
            {t('全部不选')}
          </button>
        </div>
      )}
    </div>
  );
}
