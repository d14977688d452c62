/** A button that asks once more before what cannot be undone. */
import { useSignal } from '@preact/signals';
import { useAction } from '../action';
import { t } from '../i18n';
import { Trouble } from './fields';

export function Sure(props: { label: string; of: string; act: () => Promise<void> }) {
  const asked = useSignal(false);
  const { busy, problem, run } = useAction(async () => {
    await props.act();
    asked.value = false;
  });
  const named = <span class="visually-hidden"> {props.of}</span>;
  if (!asked.value) {
    return (
      <button type="button" class="button" onClick={() => (asked.value = true)}>
        {props.label}
        {named}
      </button>
    );
  }
  return (
    <span class="sure" role="group" aria-label={props.of}>
      <button type="button" class="button grave" aria-disabled={busy.value} autofocus onClick={() => run()}>
        {t('确定{act}', { act: props.label })}
        {named}
      </button>
      <button type="button" class="button" onClick={() => (asked.value = false)}>
        {t('取消')}
      </button>
      <Trouble problem={problem.value} />
    </span>
  );
}
