/** Visits: what is due, what was made, appointments, coverage, key places. */
import type { ComponentType } from 'preact';
import { about } from '../about';
import { Header } from '../panels/header';
import { Done } from '../panels/fields';
import { NotAllowed } from '../panels/not-allowed';
import { Show } from '../panels/states';
import { may, session } from '../session';
import { t } from './i18n';
import { Appointments } from './panels/appointments';
import { Coverage } from './panels/coverage';
import { Due } from './panels/due';
import { Made } from './panels/made';
import { Places } from './panels/places';
import { said } from './said';
import { choose, tab, target } from './state';
import { shownDue } from './data';
import { TABS, type Tab } from './url';
import { TAB_WORD } from './words';

const PANELS: Record<Tab, ComponentType> = {
  due: Due,
  made: Made,
  appointments: Appointments,
  coverage: Coverage,
  places: Places,
};

export function App() {
  return (
    <div class="visiting">
      <Header here="visits" />
      <main id="details" tabIndex={-1}>
        <Show of={session}>
          {() => (may('see_visits') ? <Show of={about}>{() => <Visits />}</Show> : <NotAllowed />)}
        </Show>
      </main>
    </div>
  );
}

function Visits() {
  const Panel = PANELS[tab.value];
  return (
    <>
      <h1>{t('走访')}</h1>
      <div class="tabs" role="tablist" aria-label={t('列表')} onKeyDown={byArrow}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={tab.value === one}
            aria-controls="shown-list"
            tabIndex={tab.value === one ? 0 : -1}
            onClick={() => show(one)}
          >
            {t(TAB_WORD[one])}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="shown-list" aria-labelledby={`tab-${tab.value}`}>
        <Told />
        <Panel key={tab.value} />
      </div>
    </>
  );
}

function show(one: Tab): void {
  choose(() => {
    tab.value = one;
    target.value = null;
    said.value = null;
  });
}

/** The arrows go from list to list, as in every row of tabs. */
function byArrow(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = TABS[(TABS.indexOf(tab.value) + step + TABS.length) % TABS.length] as Tab;
  show(next);
  document.getElementById(`tab-${next}`)?.focus();
}

/** What was done to a target that is not in the list any more. */
function Told() {
  const last = said.value;
  const listed = tab.value === 'due' && shownDue.value?.due.some(({ target: one }) => one === last?.target && one === target.value);
  return last && !listed ? <Done>{last.words}</Done> : null;
}
