/** The open draft: what it is called, and the two halves of the work on it. */
import type { Draft } from '../../api/types';
import { t } from '../../i18n';
import { openScenario, openTab, tab } from '../state';
import type { Tab } from '../url';
import { stateWord } from '../words';
import { Checks } from './checks';
import { Comparison } from './comparison';
import { Exchange } from './exchange';
import { Grids } from './grids';
import { History } from './history';
import { Proposals } from './proposals';
import { Publishing, PutAway } from './publishing';
import { Selection } from './selection';
import { Totals } from './totals';
import { TroublePanel } from './trouble';

export function Desk({ draft }: { draft: Draft }) {
  return (
    <>
      <Back />
      <h1 class="name">
        {draft.community.name}
        <span class={`state ${draft.state}`}>{stateWord(draft.state)}</span>
      </h1>
      <p class="note">
        {draft.name || t('草案 {n}', { n: draft.id })} · <span class="code">{draft.community.code}</span> ·{' '}
        {t('第 {n} 版', { n: draft.revision })}
      </p>
      <Tabs />
      <TroublePanel draft={draft} />
      {tab.value === 'plan' ? <Dividing draft={draft} /> : <Deciding draft={draft} />}
    </>
  );
}

/** The way back to the list, also from a draft that cannot be read. */
export function Back() {
  return (
    <button type="button" class="back" onClick={() => openScenario(null)}>
      ← {t('全部草案')}
    </button>
  );
}

function Dividing({ draft }: { draft: Draft }) {
  return (
    <>
      <Totals draft={draft} />
      <Proposals draft={draft} />
      <Selection draft={draft} />
      <Checks draft={draft} />
      <Grids draft={draft} />
      <History draft={draft} />
    </>
  );
}

function Deciding({ draft }: { draft: Draft }) {
  return (
    <>
      <Publishing draft={draft} />
      <Comparison draft={draft} />
      <Exchange draft={draft} />
      <PutAway draft={draft} />
    </>
  );
}

function Tabs() {
  const tabs: readonly { name: Tab; word: string }[] = [
    { name: 'plan', word: t('划分') },
    { name: 'publish', word: t('对照与发布') },
  ];
  return (
    <nav class="halves" aria-label={t('步骤')}>
      {tabs.map(({ name, word }) => (
        <button key={name} type="button" aria-current={tab.value === name ? 'step' : undefined} onClick={() => openTab(name)}>
          {word}
        </button>
      ))}
    </nav>
  );
}
