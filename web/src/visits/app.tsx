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
      <nav class="tabs" aria-label={t('列表')}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={tab.value === one ? 'page' : undefined}
            onClick={() =>
              choose(() => {
                tab.value = one;
                target.value = null;
              })
            }
          >
            {t(TAB_WORD[one])}
          </button>
        ))}
      </nav>
      <Told />
      <Panel key={tab.value} />
    </>
  );
}

/** What was done to a target that is not in the list any more. */
function Told() {
  const last = said.value;
  const listed = tab.value === 'due' && shownDue.value?.due.some(({ target: one }) => one === last?.target && one === target.value);
  return last && !listed ? <Done>{last.words}</Done> : null;
}
