/** What is listed, and in which order. */
import { ready } from '../../resource';
import { inThisLook } from '../../look';
import { may, me } from '../../session';
import { categories, grids, workflows } from '../data';
import { pick, t } from '../i18n';
import { clearFilters, filterBy, filters, sort, sortBy } from '../state';
import { countFilters, KINDS, SORTS, type Sort } from '../url';
import { KIND_WORD, named, SORT_WORD } from '../words';

/** More grids than these are not offered one by one; their codes can be typed. */
const MOST_GRIDS = 1000;

export function Filtering() {
  const now = filters.value;
  const narrowed = countFilters(now);
  return (
    <div class="tools" role="search" aria-label={t('筛选')}>
      <div class="first">
        <input
          type="search"
          value={now.text}
          placeholder={t('搜索标题、地址或编号')}
          aria-label={t('搜索标题、地址或编号')}
          maxLength={100}
          onChange={(event) => filterBy({ text: event.currentTarget.value.trim() })}
        />
        {may('report_incidents') && (
          <a class="button main" href={inThisLook('/report/')}>
            {t('上报')}
          </a>
        )}
      </div>
      <div class="pair">
        <State />
        <select aria-label={t('排序')} value={sort.value} onChange={(event) => sortBy(event.currentTarget.value as Sort)}>
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {t(SORT_WORD[one])}
            </option>
          ))}
        </select>
      </div>
      <details class="more-filters" open={narrowed > (now.state === 'open' ? 0 : 1) + (now.text ? 1 : 0)}>
        <summary>
          {t('更多条件')}
          {narrowed > 0 && <b class="number"> {narrowed}</b>}
        </summary>
        <div class="pair">
          <Kind />
          <Category />
        </div>
        <div class="pair">
          <Day name="from" word={t('上报自')} />
          <Day name="to" word={t('至')} />
        </div>
        <Grid />
        <div class="ticks-of-filters">
          <Tick name="overdue" word={t('只看超期的')} />
          <Tick name="unplaced" word={t('只看没有位置的')} />
          {me.value?.worker && <Tick name="mine" word={t('只看我上报的')} />}
        </div>
        {narrowed > 0 && (
          <button type="button" class="more" onClick={clearFilters}>
            {t('清除条件')}
          </button>
        )}
      </details>
    </div>
  );
}

/** Open, closed, all, or one state, by whatever words its workflows have for it. */
function State() {
  const words = new Map<string, string[]>();
  for (const { states } of ready(workflows.state.value) ?? []) {
    for (const state of states) {
      const known = words.get(state.name) ?? [];
      if (!known.includes(named(state))) words.set(state.name, [...known, named(state)]);
    }
  }
  words.delete('closed');
  return (
    <select aria-label={t('状态')} value={filters.value.state} onChange={(event) => filterBy({ state: event.currentTarget.value })}>
      <option value="open">{t('未办结')}</option>
      <option value="closed">{t('已办结')}</option>
      <option value="all">{t('全部')}</option>
      <optgroup label={t('某一步')}>
        {[...words].map(([name, known]) => (
          <option key={name} value={name}>
            {known.slice(0, 3).join(' / ')}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

function Kind() {
  return (
    <select
      aria-label={t('类型')}
      value={filters.value.kind ?? ''}
      onChange={(event) => filterBy({ kind: KINDS.find((kind) => kind === event.currentTarget.value) ?? null })}
    >
      <option value="">{t('全部类型')}</option>
      {KINDS.map((kind) => (
        <option key={kind} value={kind}>
          {t(KIND_WORD[kind])}
        </option>
      ))}
    </select>
  );
}

function Category() {
  const tree = ready(categories.state.value) ?? [];
  return (
    <select
      aria-label={t('类别')}
      value={filters.value.category ?? ''}
      onChange={(event) => filterBy({ category: event.currentTarget.value || null })}
    >
      <option value="">{t('全部类别')}</option>
      {tree
        .filter(({ parent }) => parent === null)
        .map((group) => (
          <optgroup key={group.code} label={pick(group)}>
            <option value={group.code}>{t('{group}（全部）', { group: pick(group) })}</option>
            {tree
              .filter(({ parent }) => parent === group.code)
              .map((one) => (
                <option key={one.code} value={one.code}>
                  {pick(one)}
                </option>
              ))}
          </optgroup>
        ))}
    </select>
  );
}

/** A day; the other end of the period never stands on its wrong side. */
function Day({ name, word }: { name: 'from' | 'to'; word: string }) {
  const set = (day: string | null): void => {
    const from = name === 'from' ? day : filters.peek().from;
    const to = name === 'to' ? day : filters.peek().to;
    filterBy(from && to && from > to ? { from: day, to: day } : { from, to });
  };
  return (
    <label class="day">
      <span>{word}</span>
      <input type="date" value={filters.value[name] ?? ''} onChange={(event) => set(event.currentTarget.value || null)} />
    </label>
  );
}

function Grid() {
  const known = ready(grids.state.value)?.features ?? [];
  return (
    <>
      <input
        list="grids-to-choose"
        value={filters.value.grid ?? ''}
        placeholder={t('网格编码')}
        aria-label={t('网格编码')}
        maxLength={100}
        onChange={(event) => filterBy({ grid: event.currentTarget.value.trim() || null })}
      />
      <datalist id="grids-to-choose">
        {known.slice(0, MOST_GRIDS).map(({ properties: { code, name } }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}

function Tick({ name, word }: { name: 'overdue' | 'unplaced' | 'mine'; word: string }) {
  return (
    <label>
      <input type="checkbox" checked={filters.value[name]} onChange={(event) => filterBy({ [name]: event.currentTarget.checked })} />
      {word}
    </label>
  );
}
