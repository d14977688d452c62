/** How old what is shown is, when the program does not answer. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Kept } from '../../kept';
import { ageMinutes } from '../deadline';
import { t } from '../i18n';

export function Age({ of: { data, at, problem } }: { of: Kept<unknown> }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!problem || data === null) return null;
  return (
    <p class="age" role="status">
      {t('服务没有应答；显示的是 {n} 分钟前的内容。', { n: ageMinutes(at, Math.max(now.value, Date.now())) })}
    </p>
  );
}
