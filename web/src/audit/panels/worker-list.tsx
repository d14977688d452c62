/** Everyone, searchable and sortable. */
import { useSignal } from '@preact/signals';
import type { Worker } from '../../api/types';
import { workers } from '../data';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { chooseWorker, workerCode } from '../state';
import { inOrder, search, type Order } from '../worker-list';
import { SignBadge } from './signs';
import { Empty, Show } from '../../panels/states';

const ORDERS: Record<Order, Word> = {
  short: '未达标优先',
  signs: '有线索优先',
  grid: '按网格',
  name: '按姓名',
};

export function WorkerList() {
  return (
    <nav class="workers" aria-label={t('网格员列表')}>
      <Show of={workers}>{({ workers: all }) => <Searchable all={all} />}</Show>
    </nav>
  );
}

function Searchable({ all }: { all: readonly Worker[] }) {
  const text = useSignal('');
  const order = useSignal<Order>('short');
  if (all.length === 0) return <Empty>{t('还没有网格员。用 gis-grid import FILE --as tracks 导入轨迹。')}</Empty>;
  const found = inOrder(search(all, text.value), order.value);
  return (
    <>
      <div class="tools">
        <input
          type="search"
          value={text.value}
          placeholder={t('搜索姓名、工号或网格')}
          aria-label={t('搜索姓名、工号或网格')}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <select
          aria-label={t('排序')}
          value={order.value}
          onChange={(event) => (order.value = event.currentTarget.value as Order)}
        >
          {(Object.keys(ORDERS) as Order[]).map((key) => (
            <option key={key} value={key}>
              {t(ORDERS[key])}
            </option>
          ))}
        </select>
      </div>
      <p class="found" role="status">
        {t('{n} 名网格员', { n: found.length })}
      </p>
      {found.length === 0 && <Empty>{t('没有符合“{q}”的网格员。清空搜索可看到全部。', { q: text.value })}</Empty>}
      <ul>
        {found.map((worker) => (
          <Row key={worker.code} worker={worker} />
        ))}
      </ul>
    </>
  );
}

function Row({ worker }: { worker: Worker }) {
  const chosen = workerCode.value === worker.code;
  return (
    <li>
      <button
        type="button"
        class="worker"
        aria-current={chosen ? 'true' : undefined}
        onClick={() => chooseWorker(worker.code, worker.grid_code ?? null)}
      >
        <span class="who">
          <b>{worker.name}</b> <span class="code">{worker.code}</span>
        </span>
        <span class="where">{worker.grid_name ?? t('未分配网格')}</span>
        <Outcomes worker={worker} />
        {worker.signs.length > 0 && (
          <span class="signs">
            {worker.signs.map((kind) => (
              <SignBadge key={kind} kind={kind} />
            ))}
          </span>
        )}
      </button>
    </li>
  );
}

/** Verdicts by outcome, in columns; what there is none of stays blank. */
function Outcomes({ worker: { outcomes } }: { worker: Worker }) {
  const { met, short, review } = outcomes;
  return (
    <span class="outcomes" role="img" aria-label={t('判定：达标 {met}，未达标 {short}，待复核 {review}', outcomes)}>
      <span class="short">{short > 0 && `✕${short}`}</span>
      <span class="review">{review > 0 && `?${review}`}</span>
      <span class="met">{met > 0 && `✓${met}`}</span>
    </span>
  );
}
