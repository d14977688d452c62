/** The chosen grid and worker: facts, two weeks, the chosen day, where the verdicts come from. */
import type { DaysAnswer, Worker } from '../../api/types';
import { chosenGrid, chosenWorker, days, fortnight, grids, workers } from '../data';
import { shift, type Fortnight } from '../fortnight';
import { dayRange, isoWeek } from '../../format';
import { t } from '../i18n';
import { may } from '../../session';
import { chooseDay, chooseWorker, day, lang, workerCode } from '../state';
import { Calendar } from './calendar';
import { CursorPanel } from './cursor-panel';
import { DayPanel } from './day-panel';
import { GridFacts } from './grid-facts';
import { Periods } from './periods';
import { Provenance } from './provenance';
import { SignBadge } from './signs';
import { Empty, FailureOf, Show } from '../../panels/states';

export function WorkerPanel() {
  const worker = chosenWorker.value;
  const grid = chosenGrid.value?.properties;
  const workersLoad = workers.state.value.status === 'loading';
  return (
    <>
      <button type="button" class="back" onClick={() => chooseWorker(null, null)}>
        ← {t('返回全部')}
      </button>
      {worker && <Name worker={worker} />}
      <FailureOf of={grids} />
      {grid && <GridFacts grid={grid} heading={!worker && !workersLoad} />}
      {worker && <Fortnights worker={worker} />}
      {!worker && workerCode.value && (
        <Show of={workers}>
          {() => <Empty>{t('没有工号为 {code} 的网格员。从列表中选一名。', { code: workerCode.value ?? '' })}</Empty>}
        </Show>
      )}
      {may('see_verdicts') && !workerCode.value && grid && !grid.worker_code && (
        <Empty>{t('这个网格还没有网格员。用 gis-grid import FILE --as tracks 导入轨迹时指定。')}</Empty>
      )}
    </>
  );
}

function Name({ worker }: { worker: Worker }) {
  return (
    <header class="name">
      <h1>{worker.name}</h1>
      <span class="code">{worker.code}</span>
      {worker.signs.map((kind) => (
        <SignBadge key={kind} kind={kind} />
      ))}
    </header>
  );
}

function Fortnights({ worker }: { worker: Worker }) {
  const shown = fortnight.value;
  if (!shown || !worker.first_date || !worker.last_date) {
    return (
      <>
        <Empty>{t('这名网格员还没有判定。运行 gis-grid judge --from … --to … 。')}</Empty>
        <CursorPanel />
      </>
    );
  }
  return (
    <>
      <section class="fortnight" aria-label={t('日历')}>
        <Steps shown={shown} first={worker.first_date} last={worker.last_date} />
        <Show of={days}>{(answer: DaysAnswer) => <Calendar answer={answer} fortnight={shown} />}</Show>
      </section>
      <Show of={days}>
        {(answer: DaysAnswer) => (
          <>
            {day.value ? <DayPanel answer={answer} date={day.value} /> : <Empty>{t('选一天查看轨迹和判定依据。')}</Empty>}
            <Periods />
            <Provenance answer={answer} week={day.value && isoWeek(day.value)} />
          </>
        )}
      </Show>
    </>
  );
}

/** Two weeks back or on, only where there are any. */
function Steps({ shown, first, last }: { shown: Fortnight; first: string; last: string }) {
  const earlier = shift(shown, -1);
  const later = shift(shown, 1);
  return (
    <div class="steps">
      <button
        type="button"
        class="icon"
        aria-label={t('前两周')}
        disabled={earlier.to < first}
        onClick={() => chooseDay(earlier.to)}
      >
        ‹
      </button>
      <span>{dayRange(shown.from, shown.to, lang.value)}</span>
      <button
        type="button"
        class="icon"
        aria-label={t('后两周')}
        disabled={later.from > last}
        onClick={() => chooseDay(later.from)}
      >
        ›
      </button>
    </div>
  );
}
