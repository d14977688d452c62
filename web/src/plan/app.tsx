/** The plan page: a map of a draft's grids, its tools, and what is to be said of them. */
import { about } from '../about';
import { t } from './i18n';
import { MapView } from '../map/map-view';
import { Header } from '../panels/header';
import { later } from '../panels/later';
import { NotAllowed } from '../panels/not-allowed';
import { Loading, Show } from '../panels/states';
import { may, session } from '../session';
import { areas, draft, opened } from './draft';
import { Back, Desk } from './panels/desk';
import { Chooser } from './panels/chooser';
import { scenarioId } from './state';

const loadMap = () => import('./map/map');
// It comes while the map does, which says that it is coming.
const OverMap = later(async () => (await import('./panels/over-map')).OverMap, null);

export function App() {
  return (
    <div class="page plan unlisted">
      <Header here="plan" />
      {may('plan') ? <Workplace /> : <Waiting />}
    </div>
  );
}

function Workplace() {
  return (
    <>
      <section class="middle" aria-label={t('地图和工具')}>
        <MapView load={loadMap} areas={areas} all={t('看整个社区')} />
        {draft.value && <OverMap draft={draft.value} />}
      </section>
      <main id="details" tabIndex={-1} aria-label={t('详情')}>
        <Show of={about}>{() => <Panel />}</Show>
      </main>
    </>
  );
}

function Panel() {
  if (scenarioId.value === null) return <Chooser />;
  // While it is read again, what is shown stays.
  if (draft.value) return <Desk draft={draft.value} />;
  return (
    <>
      <Back />
      <Show of={opened}>{() => <Loading />}</Show>
    </>
  );
}

/** Nothing is asked for before it is known who asks; and of who may not plan, nothing at all. */
function Waiting() {
  return (
    <main id="details" tabIndex={-1} aria-label={t('详情')}>
      <Show of={session}>{() => <NotAllowed />}</Show>
    </main>
  );
}
