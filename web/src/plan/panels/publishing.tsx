/** Review, publication from a date, withdrawal before it; and the codes that came of it. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { zone } from '../../about';
import { dropDraft, sendPublish, sendReview, sendWithdraw } from '../../api/plan';
import type { Draft } from '../../api/types';
import { addDays, count, fullDay, midnightOf } from '../../format';
import { inARow, t } from '../i18n';
import { lang } from '../../look';
import { Sure } from '../../panels/sure';
import { Loading } from '../../panels/states';
import { ready } from '../../resource';
import { changeState, comparison, isEditable } from '../draft';
import { openScenario } from '../state';
import { backToPlan } from '../tools';
import { WhyNot } from './trouble';

export function Publishing({ draft }: { draft: Draft }) {
  if (draft.state === 'published') return <Published draft={draft} />;
  if (!isEditable.value) return <p class="note">{t('这份草案已经结束，只能查看。')}</p>;
  const errors = draft.checks.filter(({ severity }) => severity === 'error').length;
  return (
    <>
      {errors > 0 ? (
        <div class="failed polite">
          <strong>{t('还不能发布')}</strong>
          <p>{t('还有 {n} 项必须处理：超出范围的网格要改好，或作为例外说明理由。', { n: errors })}</p>
          <button type="button" class="button" onClick={backToPlan}>
            {t('去处理')}
          </button>
        </div>
      ) : (
        <>
          <Review draft={draft} />
          <Publish draft={draft} />
        </>
      )}
    </>
  );
}

/** The end of a draft that nobody wants any more. */
export function PutAway({ draft }: { draft: Draft }) {
  if (!isEditable.value) return null;
  return (
    <p class="put-away">
      <Sure label={t('放弃草案')} of={draft.community.name} act={() => putAway(draft)} />
    </p>
  );
}

async function putAway(draft: Draft): Promise<void> {
  await dropDraft(draft);
  openScenario(null);
}

function Review({ draft }: { draft: Draft }) {
  const note = useSignal(draft.note);
  const { busy, problem, run } = useAction(() => changeState((now) => sendReview(now, note.value.trim())));
  return (
    <section aria-labelledby="review">
      <h2 id="review">{t('审核')}</h2>
      {draft.reviewed_by ? (
        <p class="done">
          <span aria-hidden="true">✓ </span>
          {t('{name} 已审核', { name: draft.reviewed_by })}
          {draft.note && ` · ${draft.note}`}
        </p>
      ) : (
        <form
          method="post"
          class="stacked"
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <div class="field">
            <label for="note">{t('审核意见（可不填）')}</label>
            <input
              id="note"
              maxLength={2000}
              autocomplete="off"
              value={note.value}
              onInput={(event) => (note.value = event.currentTarget.value)}
            />
          </div>
          {problem.value && <WhyNot problem={problem.value} />}
          <button type="submit" class="button" aria-disabled={busy.value}>
            {t('看过了，同意')}
          </button>
        </form>
      )}
    </section>
  );
}

function Publish({ draft }: { draft: Draft }) {
  const tomorrow = addDays(fullDay(new Date().toISOString(), zone.value), 1);
  const day = useSignal(tomorrow);
  const asked = useSignal(false);
  const { busy, problem, run } = useAction(async () => {
    await changeState((now) => sendPublish(now, midnightOf(day.value, zone.value)));
    asked.value = false;
  });
  return (
    <section aria-labelledby="publish">
      <h2 id="publish">{t('发布')}</h2>
      <form
        method="post"
        class="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          if (asked.value) void run();
          else asked.value = true;
        }}
      >
        <div class="field">
          <label for="from">{t('从哪天零点起生效')}</label>
          <input
            id="from"
            type="date"
            required
            min={tomorrow}
            value={day.value}
            onInput={(event) => {
              day.value = event.currentTarget.value;
              asked.value = false;
            }}
          />
        </div>
        {asked.value ? <Confirmation draft={draft} day={day.value} /> : null}
        {problem.value && <WhyNot problem={problem.value} />}
        <div class="deeds">
          <button type="submit" class="button strong" aria-disabled={busy.value}>
            {asked.value ? t('确定发布') : t('发布…')}
          </button>
          {asked.value && (
            <button type="button" class="button" onClick={() => (asked.value = false)}>
              {t('取消')}
            </button>
          )}
        </div>
      </form>
    </section>
  );
}

/** What the publication changes, by name, before it is made. */
function Confirmation({ draft, day }: { draft: Draft; day: string }) {
  const found = ready(comparison.state.value);
  if (!found) return <Loading />;
  const n = (value: number): string => count(value, lang.value);
  const counted = (change: string): number => found.grids.filter((grid) => grid.change === change).length;
  const ended = found.grids.flatMap(({ change, code }) => (change === 'ends' && code ? [code] : []));
  return (
    <div class="confirmation" role="group" aria-label={t('发布会改变什么')}>
      <p>
        <b>{t('{name}，{day} 零点起：', { name: draft.community.name, day })}</b>
      </p>
      <ul>
        <li>
          {t('新增 {a} 个网格，撤销 {b} 个，{c} 个有变动', { a: counted('new'), b: counted('ends'), c: counted('changed') })}
          {ended.length > 0 && ` · ${t('撤销：{codes}', { codes: inARow(ended) })}`}
        </li>
        <li>{t('{n} 户换网格，共 {all} 户', { n: n(found.totals.households_moved), all: n(found.totals.households) })}</li>
        <li>{t('{n} 名网格员换网格', { n: n(found.totals.workers_moved) })}</li>
        <li>{t('此前的轨迹仍按旧边界判定；生效前可以撤回。')}</li>
      </ul>
    </div>
  );
}

function Published({ draft }: { draft: Draft }) {
  const from = draft.valid_from;
  const isAhead = from !== null && new Date(from) > new Date();
  const day = from ? fullDay(from, zone.value) : '';
  const fresh = ready(comparison.state.value)?.grids.filter(({ change }) => change === 'new') ?? [];
  const isNew = (label: number): boolean => fresh.some((grid) => grid.label === label);
  return (
    <section aria-labelledby="published">
      <h2 id="published">{t('已发布')}</h2>
      <p class="done" role="status">
        <span aria-hidden="true">✓ </span>
        {isAhead ? t('{day} 零点起生效', { day }) : t('{day} 起已生效', { day })}
      </p>
      <h3>{t('网格编码')}</h3>
      <ul class="codes">
        {draft.grids.map((grid) => (
          <li key={grid.label}>
            <span class="code">{grid.code}</span>
            {isNew(grid.label) && <span class="tag">{t('新增')}</span>}
            <span class="number">{t('{n} 户', { n: count(grid.households, lang.value) })}</span>
          </li>
        ))}
      </ul>
      {isAhead && (
        <p class="put-away">
          <Sure label={t('撤回发布')} of={draft.community.name} act={() => changeState(sendWithdraw)} />
        </p>
      )}
    </section>
  );
}
