/** What stands above every list: which grid, which days, and the download. */
import type { ComponentChildren } from 'preact';
import { csv, download, type Cell } from '../../csv';
import { useAction } from '../../action';
import { Trouble } from '../../panels/fields';
import { gridName, overview } from '../data';
import { t } from '../i18n';
import { choose, from, grid, to } from '../state';

export function Tools({ children }: { children?: ComponentChildren }) {
  return <div class="tools-of">{children}</div>;
}

/** Which grid; nothing to choose where one sees only one. */
export function WhichGrid() {
  const codes = [...new Set((overview.value?.grids ?? []).map(({ grid: code }) => code))];
  if (codes.length < 2 && grid.value === null) return null;
  const all = grid.value && !codes.includes(grid.value) ? [grid.value, ...codes] : codes;
  return (
    <label>
      <span>{t('网格')}</span>
      <select
        value={grid.value ?? ''}
        onChange={({ currentTarget: { value } }) => choose(() => (grid.value = value || null))}
      >
        <option value="">{t('全部网格')}</option>
        {all.map((code) => (
          <option key={code} value={code}>
            {gridName(code)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** From which day to which; both left out is as the program has it. */
export function WhichDays({ usual }: { usual?: string }) {
  return (
    <>
      {([['从', from], ['到', to]] as const).map(([word, day]) => (
        <label key={word}>
          <span>{t(word)}</span>
          <input
            type="date"
            value={day.value ?? ''}
            onChange={({ currentTarget: { value } }) =>
              choose(() => {
                day.value = value || null;
                // The other end of the period never stands on its wrong side.
                if (from.value && to.value && from.value > to.value) from.value = to.value = value;
              })
            }
          />
        </label>
      ))}
      {usual && (from.value || to.value) && (
        <button
          type="button"
          class="button"
          onClick={() =>
            choose(() => {
              from.value = null;
              to.value = null;
            })
          }
        >
          {usual}
        </button>
      )}
    </>
  );
}

/** Keep a list as a file; `rows` asks for all of it where only a part is here. */
export function Download({ name, rows }: { name: string; rows: () => Promise<Cell[][]> | Cell[][] }) {
  const { busy, problem, run } = useAction(async () => download(`${name}.csv`, csv(await rows())));
  return (
    <>
      <button type="button" class="button download" aria-disabled={busy.value} onClick={() => void run()}>
        <span aria-hidden="true">↓ </span>
        {t('下载 CSV')}
      </button>
      <Trouble problem={problem.value} />
    </>
  );
}
