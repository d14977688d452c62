/** What is due and overdue, the most pressing first; as a list, and as points on the map. */
import { useSignal } from '@preact/signals';
import { fetchDue, type DueList, type DueVisit } from '../../api/visits';
import { count } from '../../format';
import { lang } from '../../look';
import { MapView } from '../../map/map-view';
import { Empty, FailureOf, Loading } from '../../panels/states';
import { ALL, areas, due, dueQuery, gridName, overview, shownDue } from '../data';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { inOrder } from '../order';
import { choose, order, state, target, visitClass } from '../state';
import { dueTable } from '../tables';
import { CLASSES, ORDERS, STATES, type Order, type PlacedClass, type StateWanted } from '../url';
import { classWord, ORDER_WORD, STATE_SIGN, STATE_WORD, type DueState } from '../words';
import { LongList } from './long-list';
import { Serving } from './serving';
import { Download, Tools, WhichGrid } from './tools';

const wide = matchMedia('(min-width: 1000px)');

export function Due() {
  const mapped = useSignal(wide.matches);
  const answer = shownDue.value;
  return (
    <div class={`due ${mapped.value ? 'mapped' : ''}`}>
      <div class="listed">
        <Tools>
          <WhichGrid />
          <WhichClass />
          <WhichState />
          <WhichOrder />
          <button type="button" class="button" aria-pressed={mapped.value} onClick={() => (mapped.value = !mapped.value)}>
            {mapped.value ? t('收起地图') : t('看地图')}
          </button>
          {answer && <Download name={`visits-due-${answer.today}`} rows={() => whole(answer)} />}
        </Tools>
        <FailureOf of={due} />
        {answer ? <List answer={answer} /> : due.state.value.status === 'loading' && <Loading />}
      </div>
      {mapped.value && (
        <div class="beside">
          <MapView load={() => import('../map')} areas={areas} all={t('看全部对象')} />
        </div>
      )}
    </div>
  );
}

async function whole({ due: rows, numberMatched }: DueList) {
  const all = rows.length === numberMatched ? rows : (await fetchDue({ ...dueQuery.peek(), limit: ALL })).due;
  return dueTable(inOrder(all, order.peek()));
}

/** Only classes that some grid in sight lists. */
function WhichClass() {
  const listed = new Set((overview.value?.grids ?? []).map(({ visit_class: code }) => code));
  const some = CLASSES.filter((code) => listed.has(code) || code === visitClass.value);
  return (
    <label>
      <span>{t('类别')}</span>
      <select
        value={visitClass.value ?? ''}
        onChange={({ currentTarget: { value } }) => choose(() => (visitClass.value = (value as PlacedClass) || null))}
      >
        <option value="">{t('全部类别')}</option>
        {some.map((code) => (
          <option key={code} value={code}>
            {classWord(code)}
          </option>
        ))}
      </select>
    </label>
  );
}

function WhichState() {
  return (
    <label>
      <span>{t('状态')}</span>
      <select
        value={state.value ?? ''}
        onChange={({ currentTarget: { value } }) => choose(() => (state.value = (value as StateWanted) || null))}
      >
        <option value="">{t('超期和该走访的')}</option>
        {STATES.map((one) => (
          <option key={one} value={one}>
            {t(STATE_WORD[one])}
          </option>
        ))}
      </select>
    </label>
  );
}

function WhichOrder() {
  return (
    <label>
      <span>{t('排序')}</span>
      <select
        value={order.value ?? ''}
        onChange={({ currentTarget: { value } }) => choose(() => (order.value = (value as Order) || null))}
      >
        <option value="">{t('最急的在前')}</option>
        {ORDERS.map((one) => (
          <option key={one} value={one}>
            {t(ORDER_WORD[one])}
          </option>
        ))}
      </select>
    </label>
  );
}

function List({ answer: { due: rows, numberMatched, today, grids } }: { answer: DueList }) {
  if (rows.length === 0) return <Empty>{t(nothing(grids.length))}</Empty>;
  const n = (value: number): string => count(value, lang.value);
  return (
    <>
      <p class="found" role="status">
        {t('今天 {day}', { day: today })} · {t('共 {n} 项', { n: n(numberMatched) })}
        {rows.length < numberMatched && (
          <> · {t('显示前 {n} 项，共 {all} 项；下载得到全部。', { n: n(rows.length), all: n(numberMatched) })}</>
        )}
      </p>
      <LongList rows={inOrder(rows, order.value)} shown={(row) => row.target === target.value}>
        {(row) => <Row key={`${row.target}`} row={row} />}
      </LongList>
      <p class="note">{t('编号只有发放它的部门认得；这里没有姓名和电话。')}</p>
    </>
  );
}

function nothing(classesInGrids: number): Word {
  if (classesInGrids === 0) return '还没有走访对象。用 gis-grid import FILE --as visit-targets 导入走访名单。';
  const filtered = visitClass.value !== null || state.value !== null;
  return filtered ? '这个条件下没有走访对象。换一个类别、状态或网格。' : '都走访过了，没有该走访的。可以看“覆盖率”，或换一个状态。';
}

function Row({ row }: { row: DueVisit }) {
  const { target: reference, visit_class: code, grid, state: how } = row;
  const isChosen = target.value === reference;
  return (
    <li class={isChosen ? 'open' : ''}>
      <button
        type="button"
        class="row"
        aria-expanded={isChosen}
        ref={(button) => {
          if (isChosen && button && document.activeElement?.tagName === 'CANVAS') button.scrollIntoView({ block: 'nearest' });
        }}
        onClick={() => choose(() => (target.value = isChosen ? null : reference))}
      >
        <Sign of={how} />
        <span class="main-line">
          <b>{classWord(code)}</b> <span class="code">{reference}</span>
        </span>
        <span class="by-when">{whenOf(row)}</span>
        <span class="quiet">
          {gridName(grid)} · {row.last_visit ? t('上次 {day}', { day: row.last_visit }) : t('还没有走访过')}
        </span>
      </button>
      {isChosen && <Serving row={row} />}
    </li>
  );
}

export function Sign({ of }: { of: DueState }) {
  return (
    <span class={`due-sign ${of}`}>
      <span aria-hidden="true">{STATE_SIGN[of]} </span>
      {t(STATE_WORD[of])}
    </span>
  );
}

function whenOf({ due_on: day, overdue_since: since, missed }: DueVisit): string {
  if (since) return t('{day} 起超期，缺 {n} 期', { day: since, n: missed });
  return day ? t('最晚 {day}', { day }) : '';
}
