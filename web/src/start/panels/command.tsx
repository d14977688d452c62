/** A command to be run on the server, with a button that copies it. */
import { useSignal } from '@preact/signals';
import { t } from '../i18n';

export function Command({ text }: { text: string }) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
  };
  return (
    <div class="command">
      <code tabIndex={0}>{text}</code>
      {/* Without https a browser has no clipboard for us; the command can be selected. */}
      {'clipboard' in navigator && (
        <button type="button" class="button" aria-label={t('复制命令：{command}', { command: text })} onClick={() => void copy()}>
          {copied.value ? t('已复制') : t('复制')}
        </button>
      )}
    </div>
  );
}
