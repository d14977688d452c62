/** Reports: which there are, what one tells of, the report itself in a frame, and its files. */
import { about } from '../about';
import { Header } from '../panels/header';
import { NotAllowed } from '../panels/not-allowed';
import { NothingYet } from '../panels/nothing-yet';
import { Show } from '../panels/states';
import { may, session } from '../session';
import { shownAreas } from './data';
import { Choosers } from './panels/choosers';
import { Downloads } from './panels/downloads';
import { List } from './panels/list';
import { Shown } from './panels/shown';
import { report } from './state';

export function App() {
  return (
    <div class="reporting">
      <Header here="reports" />
      <Show of={session}>
        {() =>
          may('see_reports') ? (
            <Show of={about}>{({ pdf }) => <Reports pdf={pdf} />}</Show>
          ) : (
            <main id="details" tabIndex={-1}>
              <NotAllowed />
            </main>
          )
        }
      </Show>
    </div>
  );
}

function Reports({ pdf }: { pdf: boolean }) {
  const isEmpty = shownAreas.value?.features.length === 0;
  return (
    <div class="desk">
      <List />
      <main id="details" tabIndex={-1}>
        {isEmpty ? (
          <NothingYet what="areas" />
        ) : may(report.value.permission) ? (
          <>
            <div class="of-report">
              <Choosers />
              <Downloads pdf={pdf} />
            </div>
            <Shown />
          </>
        ) : (
          <NotAllowed />
        )}
      </main>
    </div>
  );
}
