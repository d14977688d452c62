/** How much of a quarter's visits was made, grid by grid; and what is only counted. */
import type { CounterList, Coverage as Answer, GridCovered } from '../../api/visits';
import { count } from '../../format';
import { lang } from '../../look';
import { Empty, Show } from '../../panels/states';
import { counters, coverage, gridName } from '../data';
import { ready } from '../../resource';
import { may } from '../../session';
import { t } from '../i18n';
import { choose, grid, period } from '../state';
import { counterTable, coverageTable } from '../tables';
import { quarterAfter } from '../url';
import { classWord } from '../words';
import { EnterCounter } from './enter-counter';
import { Download, Tools, WhichGrid } from './tools';

export function Coverage() {
  const answer = ready(coverage.state.value);
  return (
    <>
      <Tools>
        <WhichGrid />
        {answer && <Quarters shown={answer.period} />}
        {answer && <Download name={`coverage-${answer.period}`} rows={() => coverageTable(answer.period, answer.grids)} />}
      </Tools>
      <Show of={coverage}>{(shown) => <Bars answer={shown} />}</Show>
      <section aria-labelledby="counted" class="counted">
        <h2 id="counted">{t('只计数的类别')}</h2>
        <p class="note">{t('这些类别只有每个网格的应访和已访数，没有对象，也不上地图。')}</p>
        {may('count_visits') && <EnterCounter />}
        <Show of={counters}>{(counted) => <Counters counted={counted} />}</Show>
      </section>
    </>
  );
}

function Quarters({ shown }: { shown: string }) {
  const go = (steps: number) => () => choose(() => (period.value = quarterAfter(shown, steps)));
  return (
    <span class="quarters">
      <button type="button" class="icon" aria-label={t('上一季度')} onClick={go(-1)}>
        ‹
      </button>
      <b>{shown}</b>
      <button type="button" class="icon" aria-label={t('下一季度')} onClick={go(1)}>
        ›
      </button>
    </span>
  );
}

function Bars({ answer: { first, last, grids } }: { answer: Answer }) {
  if (grids.length === 0) return <Empty>{t('这个季度没有按季度要求的走访对象。换一个季度，或看“该走访的”。')}</Empty>;
  const least = [...grids].sort((a, b) => (a.percent ?? 101) - (b.percent ?? 101));
  const due = grids.reduce((sum, one) => sum + one.due, 0);
  const done = grids.reduce((sum, one) => sum + one.done, 0);
  const percent = due > 0 ? Math.floor((1000 * done) / due) / 10 : null;
  const lacking = grids.reduce((sum, one) => sum + (one.without_a_target ?? 0), 0);
  const households = grids.reduce((sum, one) => sum + (one.households ?? 0), 0);
  const n = (value: number): string => count(value, lang.value);
  return (
    <>
      <p class="found">{t('{from} 至 {to}', { from: first, to: last })}</p>
      <div class="sum">
        <Bar name={t('全部')} done={done} due={due} percent={percent} />
        {lacking > 0 && (
          <p class="fair">
            {t('另有 {n} 户还不在任何名单里（共 {all} 户）', { n: n(lacking), all: n(households) })}
            {lang.value === 'zh' ? '。' : '. '}
            {t('名单短，满分不等于都走到：请把还不在名单里的户补上。')}
          </p>
        )}
      </div>
      <ul class="bars-of">
        {least.map((one) => (
          <li key={`${one.grid}${one.rule}`}>
            <OfGrid one={one} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OfGrid({ one }: { one: GridCovered }) {
  const { due, done, percent, without_a_target: lacking, households } = one;
  const name = `${gridName(one.grid)} · ${classWord(one.visit_class)}`;
  return (
    <>
      <Bar name={name} done={done} due={due} percent={percent} />
      {lacking !== null && lacking > 0 && (
        <p class="quiet">
          {t('另有 {n} 户还不在任何名单里（共 {all} 户）', {
            n: count(lacking, lang.value),
            all: count(households ?? 0, lang.value),
          })}
        </p>
      )}
    </>
  );
}

function Bar(props: { name: string; done: number; due: number; percent: number | null }) {
  const { name, done, due, percent } = props;
  return (
    <p class="bar-of">
      <span class="bar-name">{name}</span>
      <span class="numbers">
        {t('已访 {done} / {due}', { done: count(done, lang.value), due: count(due, lang.value) })}
        <b>{percent === null ? '–' : `${percent}%`}</b>
      </span>
      <span class="gauge" aria-hidden="true">
        <i style={{ width: `${percent ?? 0}%` }} />
      </span>
    </p>
  );
}

function Counters({ counted }: { counted: CounterList }) {
  if (counted.grids.length === 0) return <Empty>{t('没有只计数的类别。')}</Empty>;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('网格')}</th>
            <th scope="col">{t('类别')}</th>
            <th scope="col">{t('应访')}</th>
            <th scope="col">{t('已访')}</th>
          </tr>
        </thead>
        <tbody>
          {counted.grids.map((one) => (
            <tr key={`${one.grid}${one.visit_class}`}>
              <th scope="row">{gridName(one.grid)}</th>
              <td>{classWord(one.visit_class)}</td>
              <td>{count(one.due, lang.value)}</td>
              <td>{count(one.done, lang.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Download name={`counters-${counted.first}${grid.value ? `-${grid.value}` : ''}`} rows={() => counterTable(counted)} />
    </>
  );
}
