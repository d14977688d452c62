/** The open draft: what it is called, and the two halves of the work on it. */
import type { Draft } from '../../api/types';
import { t } from '../i18n';
import { later } from '../../panels/later';
import { openScenario, openTab, tab } from '../state';
import type { Tab } from '../url';
import { stateWord } from '../words';
import { Checks } from './checks';
import { GroundChangedNote } from './ground-changed';
import { Grids } from './grids';
import { History } from './history';
import { Proposals } from './proposals';
import { Selection } from './selection';
import { Totals } from './totals';
import { TroublePanel } from './trouble';

// What comes after the work on the map is loaded when it is asked for.
const Deciding = later(async () => (await import('./deciding')).Deciding);
const Past = later(async () => (await import('./past')).Past);

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
      <GroundChangedNote draft={draft} />
      {tab.value === 'plan' && <Dividing draft={draft} />}
      {tab.value === 'publish' && <Deciding draft={draft} />}
      {tab.value === 'past' && <Past draft={draft} />}
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

function Tabs() {
  const tabs: readonly { name: Tab; word: string }[] = [
    { name: 'plan', word: t('划分') },
    { name: 'publish', word: t('对照与发布') },
    { name: 'past', word: t('沿革') },
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
