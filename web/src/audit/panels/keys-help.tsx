/** The keys of the replay, and whether they act. */
import { useEffect, useRef } from 'preact/hooks';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { helpIsOpen, keysAreOn } from '../replay/listen';

const KEYS: readonly [keys: string, word: Word][] = [
  ['Space', '回放或暂停'],
  ['← →', '后退、前进 10 秒'],
  ['Shift ← →', '后退、前进 1 分钟'],
  ['Home End', '一天的开头、结尾'],
  ['[ ]', '更慢、更快'],
  ['F', '跟随网格员'],
  ['?', '显示这些快捷键'],
];

export function KeysHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="keys" ref={dialog} aria-labelledby="keys" onClose={() => (helpIsOpen.value = false)}>
      <h2 id="keys">{t('快捷键')}</h2>
      <dl>
        {KEYS.map(([keys, word]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input
          type="checkbox"
          checked={keysAreOn.value}
          onChange={(event) => (keysAreOn.value = event.currentTarget.checked)}
        />
        {t('使用快捷键')}
      </label>
      <form method="dialog">
        <button class="button">{t('回到回放')}</button>
      </form>
    </dialog>
  );
}
