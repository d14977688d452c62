/** Everyone who is expected or on duty: searchable, sortable, as a file. */
import { signal, useSignal } from '@preact/signals';
import { zone } from '../../about';
import type { LiveWorker, WorkerState } from '../../api/types';
import { csv, download } from '../../csv';
import { count, duration, shortClock } from '../../format';
import { lang, theme } from '../../look';
import { Empty } from '../../panels/states';
import { gridName } from '../data';
import type { Word } from '../dictionary';
import { workers } from '../feed';
import { t } from '../i18n';
import { STATE_COLOUR } from '../map/colours';
import { found, inOrder, ORDERS, rowsOf, type Order } from '../order';
import { chooseWorker, workerCode } from '../state';
import { STATES } from '../totals';
import { STATE_SIGN, STATE_WORD } from '../words';

/** The state that is listed; `null`: all. */
export const stateFilter = signal<WorkerState | null>(null);

const STEP = 100;

const ORDER_WORD: Record<Order, Word> = {
  state: '最要紧的在前',
  seen: '最久没见的在前',
  owed: '今天差得多的在前',
  name: '按姓名',
  grid: '按网格',
};

export function WorkerList() {
  const text = useSignal('');
  const order = useSignal<Order>('state');
  const shown = useSignal(STEP);
  const all = inOrder(found(workers.value.values(), text.value, stateFilter.value, gridName), order.value);
  return (
    <section class="workers-now" aria-label={t('人员')}>
      <div class="tools">
        <input
          type="search"
          value={text.value}
          placeholder={t('搜索姓名、工号或网格')}
          aria-label={t('搜索姓名、工号或网格')}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <div class="pair">
          <select
            aria-label={t('状态')}
            value={stateFilter.value ?? ''}
            onChange={(event) => (stateFilter.value = STATES.find((one) => one === event.currentTarget.value) ?? null)}
          >
            <option value="">{t('所有状态')}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {t(STATE_WORD[one])}
              </option>
            ))}
          </select>
          <select aria-label={t('排序')} value={order.value} onChange={(event) => (order.value = event.currentTarget.value as Order)}>
            {ORDERS.map((one) => (
              <option key={one} value={one}>
                {t(ORDER_WORD[one])}
              </option>
            ))}
          </select>
        </div>
      </div>
      <p class="found">
        <span role="status">{t('{n} 名网格员', { n: count(all.length, lang.value) })}</span>
        {all.length > 0 && (
          <button type="button" class="chip" onClick={() => download('workers-now.csv', csv(rowsOf(all)))}>
            <span aria-hidden="true">↓</span> <span class="visually-hidden">{t('下载')} </span>CSV
          </button>
        )}
      </p>
      {all.length === 0 && <Empty>{t('没有符合条件的网格员。清空搜索和状态可看到全部。')}</Empty>}
      <ul>
        {all.slice(0, shown.value).map((worker) => (
          <Row key={worker.code} worker={worker} />
        ))}
      </ul>
      {all.length > shown.value && (
        <button type="button" class="more" onClick={() => (shown.value += STEP)}>
          {t('再显示一些（还有 {n} 名）', { n: count(all.length - shown.value, lang.value) })}
        </button>
      )}
    </section>
  );
}

function Row({ worker }: { worker: LiveWorker }) {
  const isChosen = workerCode.value === worker.code;
  const seen = worker.seen_at && t('{at} 见', { at: shortClock(worker.seen_at, zone.value) });
  const owed = worker.owed_day_s > 0 && t('差 {time}', { time: duration(worker.owed_day_s, lang.value) });
  return (
    <li>
      <button
        type="button"
        class="worker"
        aria-current={isChosen ? 'true' : undefined}
        onClick={() => chooseWorker(isChosen ? null : worker.code)}
      >
        <span class="who">
          <b>{worker.name}</b> <span class="code">{worker.code}</span>
        </span>
        <span class="how" style={{ color: STATE_COLOUR[theme.value][worker.state] }}>
          <span aria-hidden="true">{STATE_SIGN[worker.state]}</span> {t(STATE_WORD[worker.state])}
        </span>
        <span class="where">{[gridName(worker.grid), seen, owed].filter(Boolean).join(' · ')}</span>
      </button>
    </li>
  );
}
