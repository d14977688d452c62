/** What was due and done of a class that is only counted, entered for a grid and a day; only by who may. */
import { computed, signal, useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { enterCounter, fetchCounters, type Counter } from '../../api/visits';
import { addDays, count, dayAndTime, fullDay } from '../../format';
import { lang } from '../../look';
import { Done, Trouble } from '../../panels/fields';
import { ready, resource } from '../../resource';
import { counters, gridName, overview, shownGrids, zone } from '../data';
import { t } from '../i18n';
import { grid } from '../state';
import { classWord } from '../words';

const BACK = 31;
/** Only counted wherever there is a profile; others are known by their counters. */
const ALWAYS_COUNTED = 'follow_up';

const grids = computed(() => {
  const known = [
    ...(shownGrids.value?.features ?? []).map(({ properties }) => properties.code),
    ...(overview.value?.grids ?? []).map(({ grid: code }) => code),
  ];
  return [...new Set(known)].sort();
});

const classes = computed(() => {
  const counted = (ready(counters.state.value)?.grids ?? []).map(({ visit_class: code }) => code);
  return [...new Set([ALWAYS_COUNTED, ...counted])];
});

const isOpen = signal(false);
const chosen = signal<string | null>(null);
const code = computed(() => chosen.value ?? grid.value ?? grids.value[0] ?? '');
const kind = signal(ALWAYS_COUNTED);
const day = signal('');

/** What stands of that grid and day until now. */
const standing = resource(() => {
  const query = { from: day.value, to: day.value, grid: code.value };
  return isOpen.value && query.grid && query.from ? (abort) => fetchCounters(query, abort) : null;
});

export function EnterCounter() {
  const today = fullDay(new Date().toISOString(), zone.value);
  const due = useSignal('');
  const done = useSignal('');
  const entered = useSignal<Counter | null>(null);
  const tooMany = due.value !== '' && Number(done.value) > Number(due.value);
  const complete = code.value !== '' && day.value !== '' && due.value !== '' && done.value !== '' && !tooMany;
  const { busy, problem, run } = useAction(async () => {
    entered.value = null;
    entered.value = await enterCounter({
      grid: code.value,
      class: kind.value,
      date: day.value,
      due: Number(due.value),
      done: Number(done.value),
    });
    due.value = done.value = '';
    counters.reload();
    standing.reload();
  });
  return (
    <details
      class="entering"
      open={isOpen.value}
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
        day.value ||= today;
      }}
    >
      <summary>{t('填报应访和已访')}</summary>
      <form
        method="post"
        class="small-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) void run();
        }}
      >
        <div class="field">
          <label for="counted-grid">{t('哪个网格')}</label>
          <select id="counted-grid" value={code.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {grids.value.map((one) => (
              <option key={one} value={one}>
                {gridName(one)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="counted-class">{t('类别')}</label>
          <select id="counted-class" value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value)}>
            {classes.value.map((one) => (
              <option key={one} value={one}>
                {classWord(one)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="counted-day">{t('日期（{n} 天内）', { n: BACK })}</label>
          <input
            id="counted-day"
            type="date"
            min={addDays(today, -BACK)}
            max={today}
            value={day.value}
            onInput={(event) => (day.value = event.currentTarget.value)}
          />
        </div>
        {([['counted-due', '应访', due], ['counted-done', '已访', done]] as const).map(([id, word, number]) => (
          <div key={id} class="field short">
            <label for={id}>{t(word)}</label>
            <input
              id={id}
              type="number"
              inputMode="numeric"
              min={0}
              step={1}
              value={number.value}
              onInput={(event) => (number.value = event.currentTarget.value)}
            />
          </div>
        ))}
        {tooMany && <small class="lacking">{t('已访不能多于应访')}</small>}
        <button type="submit" class="button main" aria-disabled={busy.value || !complete}>
          {problem.value ? t('重试') : t('记下')}
        </button>
        <Standing />
        <p class="quiet">{t('同一天再填就是更正：旧的数字留着，版本加一。')}</p>
        <Trouble problem={problem.value} />
        {entered.value && <Done>{told(entered.value)}</Done>}
      </form>
    </details>
  );
}

function Standing() {
  const shown = ready(standing.state.value);
  if (!shown) return null;
  const found = shown.grids.find(({ visit_class: one }) => one === kind.value);
  const n = (value: number): string => count(value, lang.value);
  return (
    <p class="standing">
      {found ? t('那天现有：应访 {due}，已访 {done}', { due: n(found.due), done: n(found.done) }) : t('那天还没有填过')}
    </p>
  );
}

function told({ grid: where, class: word, date, due, done, revision, by, at }: Counter): string {
  const numbers = { due: count(due, lang.value), done: count(done, lang.value) };
  const what = `${gridName(where)} · ${classWord(word)} · ${date}`;
  const who = by && at ? `${by} ${dayAndTime(at, zone.value)}` : '';
  return `${t('{what}：应访 {due}，已访 {done}，第 {n} 版', { what, ...numbers, n: revision })}${who && ` · ${who}`}`;
}
