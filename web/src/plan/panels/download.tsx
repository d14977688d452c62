/** A list as a file for a spreadsheet. */
import { csv, download, type Cell } from '../../csv';
import { t } from '../i18n';

/** `rows` is asked when the button is pressed; its first row names the columns. */
export function Download({ name, of, rows }: { name: string; of: string; rows: () => Cell[][] }) {
  return (
    <button type="button" class="chip download" onClick={() => download(`${name}.csv`, csv(rows()))}>
      <span aria-hidden="true">↓ </span>CSV<span class="visually-hidden"> {t('下载 {what}', { what: of })}</span>
    </button>
  );
}
