/** One's own work: what is owed, one's verdicts and contests, and who looked at one's track. */
import { about } from '../about';
import { dayAndTime } from '../format';
import { inThisLook } from '../look';
import { Header } from '../panels/header';
import { Empty, Show } from '../panels/states';
import { me, session } from '../session';
import { told } from '../told';
import { code, reloadAll, unanswered, zone } from './data';
import { t } from './i18n';
import { Contests } from './panels/contests';
import { Days } from './panels/days';
import { Duty } from './panels/duty';
import { Looked } from './panels/looks';
import { Now } from './panels/now';
import { Periods } from './panels/periods';

export function App() {
  return (
    <div class="mine">
      <Header here="my" />
      <main id="details" tabIndex={-1}>
        <Show of={session}>{() => (code.value ? <Show of={about}>{() => <Mine />}</Show> : <NobodysWork />)}</Show>
      </main>
    </div>
  );
}

function Mine() {
  return (
    <>
      <h1>
        {t('我的')} <small>{me.value?.display_name}</small>
      </h1>
      <Unanswered />
      <div class="columns">
        <div class="first">
          <Now />
          <Duty />
          <Contests />
          <Looked />
        </div>
        <div class="verdicts">
          <Days />
          <Periods />
        </div>
      </div>
    </>
  );
}

/** What is shown is from before: nobody must take it for what is so now. */
function Unanswered() {
  const old = unanswered.value;
  if (!old) return null;
  const at = dayAndTime(new Date(old.at).toISOString(), zone.value);
  return (
    <div class="old" role="status">
      <p>{t('{why}；显示的是 {at} 的内容，连上以后会自动更新。', { why: told(old.why).title, at })}</p>
      <button type="button" class="button" onClick={reloadAll}>
        {t('重试')}
      </button>
    </div>
  );
}

/** Whose account is no worker's has nothing here. */
function NobodysWork() {
  return (
    <>
      <h1>{t('我的')}</h1>
      <Empty>
        {t('这一页给网格员看自己的时长和判定；你的账号没有对应的网格员。如果你是网格员，请找管理员把账号和你的工号连起来。')}{' '}
        <a href={inThisLook('/')}>{t('去核查')}</a>
      </Empty>
    </>
  );
}
