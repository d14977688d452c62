/** Long work on its way: for how long already, and a way not to want it any more. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { cancelWork, work } from '../draft';

/** Before that it may be over at once, and nobody has to look. */
const SOON_S = 2;

/** Say for how many seconds something has been going on. */
export function useSeconds(since: number | null): number {
  const seconds = useSignal(0);
  useEffect(() => {
    seconds.value = 0;
    if (since === null) return undefined;
    const tick = setInterval(() => (seconds.value = Math.floor((performance.now() - since) / 1000)), 500);
    return () => clearInterval(tick);
  }, [since]);
  return seconds.value;
}

export function Progress() {
  const now = work.value;
  const seconds = useSeconds(now?.since ?? null);
  if (!now) return null;
  return (
    <div class="toast under-way">
      <p role="status">
        <i class="spin" aria-hidden="true" /> {now.isCancelled ? t('正在取消：算完就撤回。') : t('正在计算…')}
      </p>
      {seconds >= SOON_S && <span class="number">{t('{n} 秒', { n: seconds })}</span>}
      {now.isLong && !now.isCancelled && (
        <button type="button" class="button" onClick={cancelWork}>
          {t('取消')}
        </button>
      )}
    </div>
  );
}
