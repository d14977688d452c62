/** The keys of the page. */
import { useEffect, useRef } from 'preact/hooks';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { helpShown } from '../state';

const KEYS: readonly [string, Word][] = [
  ['↑ ↓', '在告警队列里移动'],
  ['A', '知道了：确认选中的告警'],
  ['L', '在地图上定位选中的告警'],
  ['/', '搜索网格员'],
  ['W', '进入或离开大屏'],
  ['Esc', '离开大屏，关上卡片'],
  ['?', '打开这张说明'],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpShown.value) dialog.current?.showModal();
  }, [helpShown.value]);
  if (!helpShown.value) return null;
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => (helpShown.value = false)}>
      <h2 id="help-title">{t('键盘')}</h2>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" class="button">
          {t('关闭')}
        </button>
      </form>
    </dialog>
  );
}
