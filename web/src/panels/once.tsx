/** A secret that is shown once, to be copied. */
import { useSignal } from '@preact/signals';
import { t } from '../i18n';

export function Once({ label, value, note }: { label: string; value: string; note: string }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    copied.value = true;
  };
  return (
    <div class="once">
      <div class="field">
        <label for="once">{label}</label>
        <div class="with-button">
          <input
            id="once"
            class="code"
            readOnly
            value={value}
            aria-describedby="once-note"
            onFocus={(event) => event.currentTarget.select()}
          />
          {/* Without https a browser has no clipboard for us; the field can be selected. */}
          {'clipboard' in navigator && (
            <button type="button" onClick={() => void copy()}>
              {copied.value ? t('已复制') : t('复制')}
            </button>
          )}
        </div>
      </div>
      <p id="once-note" class="note" role="status">
        {note}
      </p>
    </div>
  );
}
