/** The page of incidents: what calls, the list, the map, and whatever is chosen. */
import { about } from '../about';
import { MapView } from '../map/map-view';
import { Header } from '../panels/header';
import { NotAllowed } from '../panels/not-allowed';
import { Loading, Show } from '../panels/states';
import { may, session } from '../session';
import { areas } from './data';
import { t } from './i18n';
import { Alerts } from './panels/alerts';
import { Details } from './panels/details';
import { Legend } from './panels/legend';
import { List } from './panels/list';
import { Overview } from './panels/overview';
import { Spot } from './panels/spot';
import { incidentCode } from './state';

const loadMap = () => import('./map/map');

export function App() {
  const isAllowed = may('see_incidents');
  return (
    <div class={`page incidents ${incidentCode.value ? 'chosen' : ''} ${isAllowed ? '' : 'unlisted'}`}>
      <Header here="incidents" />
      {isAllowed ? <Workplace /> : <Waiting />}
    </div>
  );
}

function Workplace() {
  return (
    <>
      <section class="workers" aria-label={t('事件列表')}>
        <Show of={about}>
          {() => (
            <>
              <Alerts />
              <List />
            </>
          )}
        </Show>
      </section>
      <section class="middle" aria-label={t('事件地图')}>
        <MapView load={loadMap} areas={areas} all={t('看全部网格')} />
        <Legend />
        <Spot />
      </section>
      <main id="details" tabIndex={-1} aria-label={t('详情')}>
        <Show of={about}>{() => (incidentCode.value ? <Details code={incidentCode.value} /> : <Overview />)}</Show>
      </main>
    </>
  );
}

/** Nothing is asked for before it is known who asks; and of who may see none, nothing at all. */
function Waiting() {
  return (
    <main id="details" tabIndex={-1} aria-label={t('详情')}>
      <Show of={session}>{() => (may('see_incidents') ? <Loading /> : <NotAllowed />)}</Show>
    </main>
  );
}
