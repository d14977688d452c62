/** Nothing is open: communities, and the drafts of each. */
import { useSignal, type Signal } from '@preact/signals';
import { useAction } from '../../action';
import { zone } from '../../about';
import { dropDraft, makeDraft } from '../../api/plan';
import type { Area } from '../../api/shapes';
import type { DraftListed } from '../../api/types';
import { dayAndTime } from '../../format';
import { t } from '../i18n';
import { later } from '../../panels/later';
import { Empty, Show } from '../../panels/states';
import { areas, drafts } from '../draft';
import { lookedAt } from '../past';
import { openScenario } from '../state';
import { stateWord } from '../words';
import { useSeconds } from './progress';
import { WhyNot } from './trouble';

/** More communities than these are searched rather than read. */
const MANY = 8;

const Divisions = later(async () => (await import('./divisions')).Divisions);

export function Chooser() {
  const sought = useSignal('');
  return (
    <>
      <h1>{t('区划')}</h1>
      <p class="lead">{t('选一个社区，新建草案或接着做；发布以前，现行网格不会改变。')}</p>
      <Show of={areas}>
        {({ features }) => {
          const communities = features.map(({ properties }) => properties).filter(({ kind }) => kind === 'community');
          if (communities.length === 0) {
            return <Empty>{t('还没有社区。用 gis-grid import FILE --as areas 导入。')}</Empty>;
          }
          const found = communities.filter(({ name, code }) => `${name} ${code}`.includes(sought.value.trim()));
          return (
            <>
              {communities.length > MANY && (
                <div class="field">
                  <label for="seek">{t('搜索社区')}</label>
                  <input id="seek" type="search" value={sought.value} onInput={(event) => (sought.value = event.currentTarget.value)} />
                </div>
              )}
              {found.length === 0 && <Empty>{t('没有符合“{q}”的社区。', { q: sought.value })}</Empty>}
              <Show of={drafts}>
                {(all) => (
                  <ul class="communities">
                    {found.map((community) => (
                      <li key={community.code}>
                        <Community community={community} drafts={all.filter((one) => one.community.code === community.code)} />
                      </li>
                    ))}
                  </ul>
                )}
              </Show>
            </>
          );
        }}
      </Show>
    </>
  );
}

function Community({ community, drafts: mine }: { community: Area; drafts: readonly DraftListed[] }) {
  return (
    <section class="community" aria-labelledby={`c${community.code}`}>
      <h2 id={`c${community.code}`}>
        {community.name} <span class="code">{community.code}</span>
      </h2>
      {mine.length > 0 && (
        <ul class="drafts">
          {mine.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => openScenario(one.id)}>
                <span class="title">{one.name || t('草案 {n}', { n: one.id })}</span>
                <span class={`state ${one.state}`}>{stateWord(one.state)}</span>
                <small>
                  {one.writer?.name ?? one.created_by} · {dayAndTime(one.changed_at, zone.value)}
                </small>
              </button>
            </li>
          ))}
        </ul>
      )}
      <NewDraft community={community} />
      <Earlier community={community} />
    </section>
  );
}

/** What was published of it; asked for when somebody looks. */
function Earlier({ community: { code, name } }: { community: Area }) {
  const isOpen = lookedAt.value === code;
  return (
    <details
      class="make"
      open={isOpen}
      onToggle={(event) => {
        if (event.currentTarget.open) lookedAt.value = code;
        else if (lookedAt.peek() === code) lookedAt.value = null;
      }}
    >
      <summary>
        {t('历次发布')}
        <span class="visually-hidden"> {name}</span>
      </summary>
      {isOpen && <Divisions community={code} />}
    </details>
  );
}

function NewDraft({ community: { code, name } }: { community: Area }) {
  const title = useSignal('');
  const start = useSignal<'today' | 'empty'>('today');
  const least = useSignal(300);
  const most = useSignal(500);
  const since = useSignal<number | null>(null);
  const isCancelled = useSignal(false);
  const seconds = useSeconds(since.value);
  const { busy, problem, run } = useAction(async () => {
    since.value = performance.now();
    isCancelled.value = false;
    const limits = { least: least.value, most: most.value, size: 'households' as const };
    const made = await makeDraft({ community: code, name: title.value.trim(), from: start.value, limits, seed: 1 });
    // The program cannot stop in the middle: what nobody wants any more is put away.
    if (isCancelled.value) await dropDraft(made);
    else openScenario(made.id);
  });
  const id = `name-${code}`;
  return (
    <details class="make">
      <summary>
        {t('新建草案')}
        <span class="visually-hidden"> {name}</span>
      </summary>
      <form
        method="post"
        class="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <div class="field">
          <label for={id}>{t('名称（可不填）')}</label>
          <input id={id} maxLength={200} autocomplete="off" value={title.value} onInput={(event) => (title.value = event.currentTarget.value)} />
        </div>
        <fieldset class="starts">
          <legend class="visually-hidden">{t('从哪里开始')}</legend>
          {(['today', 'empty'] as const).map((from) => (
            <label key={from} class="choice">
              <input type="radio" name={`start-${code}`} checked={start.value === from} onChange={() => (start.value = from)} />
              {from === 'today' ? t('从今天的网格开始') : t('从空白开始')}
            </label>
          ))}
        </fieldset>
        <div class="bounds">
          <Bound id={`least-${code}`} label={t('每个网格至少（户）')} value={least} />
          <Bound id={`most-${code}`} label={t('至多（户）')} value={most} />
        </div>
        {problem.value && <WhyNot problem={problem.value} />}
        <div class="deeds">
          <button type="submit" class="button strong" aria-disabled={busy.value}>
            {busy.value ? t('正在准备地块…') : t('打开草案')}
            {busy.value && seconds > 1 && ` ${t('{n} 秒', { n: seconds })}`}
          </button>
          {busy.value && (
            <button type="button" class="button" aria-disabled={isCancelled.value} onClick={() => (isCancelled.value = true)}>
              {isCancelled.value ? t('正在取消…') : t('取消')}
            </button>
          )}
        </div>
      </form>
    </details>
  );
}

function Bound({ id, label, value }: { id: string; label: string; value: Signal<number> }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        required
        min={1}
        max={1_000_000}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
