/** Where one reports: steps on one page, then a receipt. */
import { about } from '../about';
import { Header } from '../panels/header';
import { NotAllowed } from '../panels/not-allowed';
import { Show } from '../panels/states';
import { may, session } from '../session';
import { form } from './form';
import { t } from './i18n';
import { CategoryStep } from './panels/category';
import { Likely } from './panels/likely';
import { MediaStep } from './panels/media';
import { Receipt } from './panels/receipt';
import { Send } from './panels/send';
import { WhatStep } from './panels/what';
import { WhenStep } from './panels/when';
import { WhereStep } from './panels/where';

export function App() {
  return (
    <div class="reporting">
      <Header here="report" />
      <main id="details" tabIndex={-1}>
        <Show of={session}>
          {() => (may('report_incidents') ? <Show of={about}>{() => <Report />}</Show> : <NotAllowed />)}
        </Show>
      </main>
    </div>
  );
}

function Report() {
  if (form.value.received) return <Receipt />;
  return (
    <>
      <h1>{t('上报事件或隐患')}</h1>
      <form method="post" noValidate onSubmit={(event) => event.preventDefault()}>
        <div class="column">
          <CategoryStep />
          <WhatStep />
        </div>
        <div class="column">
          <WhereStep />
          <WhenStep />
          <MediaStep />
          <Likely />
          <Send />
        </div>
      </form>
    </>
  );
}
