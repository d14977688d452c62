/** The report itself. It runs its own scripts in a frame without an origin: it reaches nothing of this page. */
import { useSignal } from '@preact/signals';
import { Loading, Show } from '../../panels/states';
import { framed } from '../data';
import { t } from '../i18n';
import { report } from '../state';

export function Shown() {
  const here = useSignal('');
  return (
    <div class="shown">
      <Show of={framed}>
        {(address) => (
          <>
            {here.value !== address && <Loading />}
            <iframe
              key={address}
              class={here.value === address ? '' : 'coming'}
              src={address}
              sandbox="allow-scripts"
              referrerpolicy="no-referrer"
              title={t('报表：{name}', { name: t(report.value.word) })}
              onLoad={() => (here.value = address)}
            />
          </>
        )}
      </Show>
    </div>
  );
}
