/** The page: workers, map, and whatever is chosen. */
import { effect } from '@preact/signals';
import { about, areas } from './data';
import { t } from './i18n';
import { MapView } from '../map/map-view';
import { Header } from '../panels/header';
import { Legend } from './panels/legend';
import { Overview } from './panels/overview';
import { Paper } from './panels/paper';
import { ReplayBar } from './panels/replay-bar';
import { Loading, Show } from '../panels/states';
import { WorkerList } from './panels/worker-list';
import { WorkerPanel } from './panels/worker-panel';
import { alone, may, me, session } from '../session';
import { gridCode, workerCode } from './state';

/** Who sees nobody else begins with oneself. */
export function beginWithOneself(): void {
  effect(() => {
    const self = alone.value ? me.value?.worker : null;
    if (self && workerCode.peek() === null && gridCode.peek() === null) workerCode.value = self;
  });
}

export function App() {
  const chosen = workerCode.value !== null || gridCode.value !== null;
  // A list of workers is for those who may see others than themselves.
  const listed = may('see_verdicts') && !alone.value;
  // The header stays as it is while the rest comes: who has begun to use the keyboard is not thrown back.
  return (
    <div class={`page ${chosen ? 'chosen' : ''} ${listed ? '' : 'unlisted'}`}>
      <Header here="map" />
      {me.value ? <Workplace chosen={chosen} listed={listed} /> : <Waiting />}
    </div>
  );
}

function Workplace({ chosen, listed }: { chosen: boolean; listed: boolean }) {
  const zoneIsKnown = about.state.value.status === 'ready';
  return (
    <>
      {listed && <WorkerList />}
      <section class="middle" aria-label={t('地图与时间线')}>
        <MapView load={() => import('./map/map')} areas={areas} all={t('看全部网格')} />
        <Legend />
        {zoneIsKnown && <ReplayBar />}
        {zoneIsKnown && <Paper />}
      </section>
      <main id="details" tabIndex={-1} aria-label={t('详情')}>
        <Show of={about}>{() => (chosen ? <WorkerPanel /> : <Overview />)}</Show>
      </main>
    </>
  );
}

/** Nothing is asked for before it is known who asks. */
function Waiting() {
  return (
    <main id="details" tabIndex={-1} aria-label={t('详情')}>
      <Show of={session}>{() => <Loading />}</Show>
    </main>
  );
}
