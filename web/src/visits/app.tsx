import { Header } from '../panels/header';
import { Loading, Show } from '../panels/states';
import { NotAllowed } from '../panels/not-allowed';
import { may, session } from '../session';
import { t } from './i18n';

export function App() {
  return (
    <div class="page unlisted">
      <Header here="visits" />
      <main id="details" tabIndex={-1} aria-label={t('详情')}>
        <Show of={session}>{() => (may('see_visits') ? <Loading /> : <NotAllowed />)}</Show>
      </main>
    </div>
  );
}
