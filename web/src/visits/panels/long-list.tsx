/** A list that shows its beginning, and more when it is asked for. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n';

const AT_FIRST = 60;
const MORE = 200;

export function LongList<T>(props: {
  rows: readonly T[];
  /** One that has to be in sight, wherever it stands. */
  shown?: (row: T) => boolean;
  children: (row: T) => ComponentChildren;
}) {
  const count = useSignal(AT_FIRST);
  const at = props.shown ? props.rows.findIndex(props.shown) : -1;
  const length = Math.max(count.value, at + 1);
  const left = props.rows.length - length;
  return (
    <>
      <ul class="list">{props.rows.slice(0, length).map(props.children)}</ul>
      {left > 0 && (
        <button type="button" class="button more" onClick={() => (count.value = length + MORE)}>
          {t('再看 {n} 项', { n: Math.min(left, MORE) })}
        </button>
      )}
    </>
  );
}
