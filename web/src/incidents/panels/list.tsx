/** The list: filtered, ordered, and no longer than what somebody scrolls to. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAction } from '../../action';
import type { IncidentFeature } from '../../api/shapes';
import { count } from '../../format';
import { inThisLook, lang } from '../../look';
import { Trouble } from '../../panels/fields';
import { Empty } from '../../panels/states';
import { may } from '../../session';
import { firstPage, getMore, listed, nextPage } from '../data';
import { t } from '../i18n';
import { choose, clearFilters, filters, incidentCode, sort } from '../state';
import { countFilters } from '../url';
import { categoryWords, dueBriefly, named, severityOf } from '../words';
import { Downloads } from './downloads';
import { Filtering } from './filtering';
import { ShowKept } from './kept';
import { Severity, Sign } from './sign';

const STEP = 60;

export function List() {
  return (
    <>
      <Filtering />
      <ShowKept of={firstPage}>
        {({ numberMatched }) => (
          <>
            <p class="found" role="status">
              {t('{n} 条', { n: count(numberMatched, lang.value) })}
              <Downloads matched={numberMatched} />
            </p>
            {numberMatched === 0 ? <Nothing /> : <Rows of={listed.value ?? []} matched={numberMatched} />}
          </>
        )}
      </ShowKept>
    </>
  );
}

/** Nothing is listed: the next thing to do. */
function Nothing() {
  if (countFilters(filters.value) > 0) {
    return (
      <div class="empty">
        <p>{t('没有符合条件的事件。')}</p>
        <button type="button" class="button" onClick={clearFilters}>
          {t('清除条件')}
        </button>
      </div>
    );
  }
  return (
    <Empty>
      {t('没有未办结的事件。')}{' '}
      {may('report_incidents') ? (
        <a href={inThisLook('/report/')}>{t('上报一件')}</a>
      ) : (
        t('已办结的可以用上面的条件找到。')
      )}
    </Empty>
  );
}

function Rows({ of, matched }: { of: readonly IncidentFeature[]; matched: number }) {
  const shown = useSignal(STEP);
  const list = useRef<HTMLUListElement>(null);
  const { busy, problem, run } = useAction(getMore);
  useEffect(() => {
    shown.value = STEP;
    list.current?.scrollTo?.(0, 0);
  }, [filters.value, sort.value]);
  // What is chosen on the map comes into view here too.
  const at = of.findIndex(({ properties: { code } }) => code === incidentCode.value);
  useEffect(() => {
    if (at >= shown.value) shown.value = at + STEP;
  }, [at]);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [at, shown.value]);
  const more = async (): Promise<void> => {
    if (shown.value >= of.length - STEP && nextPage.value) await run();
    shown.value += STEP;
  };
  const hidden = matched - Math.min(shown.value, of.length);
  return (
    <ul class="rows" ref={list} onKeyDown={walk}>
      {of.slice(0, shown.value).map((one) => (
        <Row key={one.properties.code} incident={one} />
      ))}
      {hidden > 0 && (
        <li>
          <button type="button" class="more" aria-disabled={busy.value} onClick={() => void more()}>
            {t('再显示一些（还有 {n} 条）', { n: count(hidden, lang.value) })}
          </button>
          <Trouble problem={problem.value} />
        </li>
      )}
    </ul>
  );
}

/** Arrows go up and down, Home and End to the ends. */
function walk(event: KeyboardEvent): void {
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('button')];
  const at = buttons.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  buttons[Math.min(Math.max(to, 0), buttons.length - 1)]?.focus();
}

function Row({ incident: { properties: one, geometry } }: { incident: IncidentFeature }) {
  const isChosen = incidentCode.value === one.code;
  return (
    <li>
      <button type="button" class="worker incident-row" aria-current={isChosen ? 'true' : undefined} onClick={() => choose(one.code)}>
        <Sign of={one} />
        <span class="who">
          <b>{one.title}</b>
        </span>
        <span class="where">
          {categoryWords(one)} · {named({ zh: one.state_zh, en: one.state_en })}
          {one.merged && ` · ${t('已并入另一件')}`}
        </span>
        <span class="where">
          <Severity of={one.severity} word={severityOf(one.severity)} />
          <span class={one.light}>{dueBriefly(one, one.light === 'red')}</span>
          {!geometry && <span class="tag">{t('没有位置')}</span>}
        </span>
      </button>
    </li>
  );
}
