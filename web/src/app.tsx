/** The page: workers, map, and whatever is chosen. */
import { about } from './data';
import { t } from './i18n';
import { MapView } from './map/map-view';
import { DayStrip } from './panels/day-strip';
import { Header } from './panels/header';
import { Legend } from './panels/legend';
import { Overview } from './panels/overview';
import { Show } from './panels/states';
import { WorkerList } from './panels/worker-list';
import { WorkerPanel } from './panels/worker-panel';
import { gridCode, workerCode } from './state';

export function App() {
  const chosen = workerCode.value !== null || gridCode.value !== null;
  const zoneIsKnown = about.state.value.status === 'ready';
  return (
    <div class={`page ${chosen ? 'chosen' : ''}`}>
      <Header />
      <WorkerList />
      <section class="middle" aria-label={t('地图与时间线')}>
        <MapView />
        <Legend />
        {zoneIsKnown && <DayStrip />}
      </section>
      <main id="details" tabIndex={-1} aria-label={t('详情')}>
        <Show of={about}>{() => (chosen ? <WorkerPanel /> : <Overview />)}</Show>
      </main>
    </div>
  );
}
