/** What kind of thing it is: a tree that can be searched; what cannot wait stands first. */
import { useSignal } from '@preact/signals';
import type { Category } from '../../api/types';
import { Empty, Show } from '../../panels/states';
import { groupsOf } from '../categories';
import { categories } from '../data';
import { form, write } from '../form';
import { pick, t } from '../i18n';
import { Lacking, Step } from './step';

export function CategoryStep() {
  return (
    <Step n={1} id="category" title={t('是什么')}>
      <Show of={categories}>{(all) => <Chooser all={all} />}</Show>
      <Lacking what="category" />
    </Step>
  );
}

function Chooser({ all }: { all: readonly Category[] }) {
  const chosen = all.find(({ code }) => code === form.value.category);
  const open = useSignal(!chosen);
  if (chosen && !open.value) {
    const group = all.find(({ code }) => code === chosen.parent);
    return (
      <div class="chosen-one">
        <p>
          {group && <small>{pick(group)} · </small>}
          <b>{pick(chosen)}</b> {chosen.emergency && <Urgent />}
        </p>
        <button type="button" class="button" onClick={() => (open.value = true)}>
          {t('换一类')}
        </button>
        {chosen.emergency && <p class="note">{t('立即上报指挥中心，时限不分昼夜')}</p>}
      </div>
    );
  }
  return <Tree all={all} done={() => (open.value = false)} />;
}

function Tree({ all, done }: { all: readonly Category[]; done: () => void }) {
  const text = useSignal('');
  const groups = groupsOf(all, text.value);
  const searching = text.value.trim() !== '';
  return (
    <>
      <input
        type="search"
        class="search"
        value={text.value}
        placeholder={t('搜索类别')}
        aria-label={t('搜索类别')}
        autocomplete="off"
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      {groups.length === 0 && <Empty>{t('没有符合“{q}”的类别。清空搜索可看到全部。', { q: text.value })}</Empty>}
      <div class="tree">
        {groups.map(({ code, categories: within, ...both }, index) => (
          // A group that is searched is open; its key makes it open anew.
          <details key={`${code}${searching}`} open={searching || index === 0}>
            <summary>
              <b>{pick(both)}</b> <small>{within.length}</small>
            </summary>
            <ul>
              {within.map((one) => (
                <li key={one.code}>
                  <button
                    type="button"
                    class={one.emergency ? 'urgent' : ''}
                    aria-pressed={form.value.category === one.code}
                    onClick={() => {
                      write({ category: one.code });
                      done();
                    }}
                  >
                    {pick(one)} {one.emergency && <Urgent />}
                  </button>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </div>
    </>
  );
}

function Urgent() {
  return (
    <span class="urgent-sign">
      <span aria-hidden="true">▲ </span>
      {t('紧急')}
    </span>
  );
}
