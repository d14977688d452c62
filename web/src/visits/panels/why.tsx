/** One of a few reasons, then done: nobody writes reasons of one's own. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { Trouble } from '../../panels/fields';
import type { Word } from '../dictionary';
import { t } from '../i18n';

export function Why<W extends string>(props: {
  label: string;
  /** Whose: the same button stands in every row. */
  of: string;
  ask: string;
  reasons: Record<W, Word>;
  act: (why: W) => Promise<void>;
}) {
  const asked = useSignal(false);
  const { busy, problem, run } = useAction(props.act);
  if (!asked.value) {
    return (
      <button type="button" class="button" onClick={() => (asked.value = true)}>
        {props.label}
        <span class="visually-hidden"> {props.of}</span>
      </button>
    );
  }
  return (
    <div class="why" role="group" aria-label={`${props.ask} ${props.of}`}>
      <span>{props.ask}</span>
      {(Object.keys(props.reasons) as W[]).map((why) => (
        <button key={why} type="button" class="button grave" aria-disabled={busy.value} onClick={() => void run(why)}>
          {t(props.reasons[why] as Word)}
        </button>
      ))}
      <button type="button" class="button" onClick={() => (asked.value = false)}>
        {t('取消')}
      </button>
      <Trouble problem={problem.value} />
    </div>
  );
}
