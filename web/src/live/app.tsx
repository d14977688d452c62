/** The live page: the map of now, figures, what calls; the same for a large screen without anything to press. */
import { MapView } from '../map/map-view';
import { Header } from '../panels/header';
import { NotAllowed } from '../panels/not-allowed';
import { Loading, Show } from '../panels/states';
import { about } from '../about';
import { may, session } from '../session';
import { areas } from './data';
import { t } from './i18n';
import { Desk } from './panels/desk';
import { Help } from './panels/help';
import { Legend } from './panels/legend';
import { Wall } from './panels/wall';
import { WorkerCard } from './panels/worker-card';
import { wall } from './state';
import { told } from './telling';

const loadMap = () => import('./map/map');

export function App() {
  const isAllowed = may('see_live');
  return (
    <div class={`page unlisted live ${wall.value ? 'on-wall' : ''}`}>
      {!wall.value && <Header here="live" />}
      {isAllowed ? <Room /> : <Waiting />}
    </div>
  );
}

function Room() {
  return (
    <>
      <section class="middle" aria-label={t('实时地图')}>
        <MapView load={loadMap} areas={areas} all={t('看全部网格')} />
        <Legend />
        <WorkerCard />
      </section>
      <main id="details" tabIndex={-1} aria-label={t('此刻')}>
        <Show of={about}>{() => (wall.value ? <Wall /> : <Desk />)}</Show>
      </main>
      <p class="visually-hidden" aria-live="polite">
        {told.value}
      </p>
      <Help />
    </>
  );
}

/** Nothing is asked for before it is known who asks; and of who may see none, nothing at all. */
function Waiting() {
  return (
    <main id="details" tabIndex={-1} aria-label={t('此刻')}>
      <Show of={session}>{() => (may('see_live') ? <Loading /> : <NotAllowed />)}</Show>
    </main>
  );
}
