/** Name, workspaces, language, theme, and who is signed in. */
import { useAction } from '../action';
import type { Session } from '../api/types';
import { openDataAddress, t } from '../i18n';
import { inThisLook } from '../look';
import { rolesInWords } from '../role-words';
import { may, me, signOut } from '../session';
import { Trouble } from './fields';
import { Brand, Switches } from './switches';

export type Page = 'my' | 'live' | 'map' | 'plan' | 'incidents' | 'report' | 'visits' | 'reports' | 'start' | 'account';

export function Header({ here }: { here: Page }) {
  const current = (page: Page) => (page === here ? 'page' : undefined);
  return (
    <header class="top">
      <div class="bar">
        <a class="skip" href="#details">
          {t('跳到内容')}
        </a>
        <Brand />
        <nav aria-label={t('工作区')}>
          {me.value?.worker && may('sign_duty') && (
            <a href={inThisLook('/my/')} aria-current={current('my')}>
              {t('我的')}
            </a>
          )}
          {may('see_live') && (
            <a href={inThisLook('/live/')} aria-current={current('live')}>
              {t('实时')}
            </a>
          )}
          <a href={inThisLook('/')} aria-current={current('map')}>
            {t('核查')}
          </a>
          {may('plan') && (
            <a href={inThisLook('/plan/')} aria-current={current('plan')}>
              {t('区划')}
            </a>
          )}
          {may('see_incidents') && (
            <a href={inThisLook('/incidents/')} aria-current={current('incidents')}>
              {t('事件')}
            </a>
          )}
          {may('see_visits') && (
            <a href={inThisLook('/visits/')} aria-current={current('visits')}>
              {t('走访')}
            </a>
          )}
          {may('see_reports') && (
            <a href={inThisLook('/reports/')} aria-current={current('reports')}>
              {t('报表')}
            </a>
          )}
        </nav>
        <span class="spacer" />
        <Switches />
        {me.value && <Menu me={me.value} current={current} />}
      </div>
      {me.value?.demo && (
        <p class="demo" role="note">
          <b>{t('演示')}</b> {t('人和地点都是合成的；谁拿到打印出来的链接都能登录，请不要录入真实信息。')}
        </p>
      )}
    </header>
  );
}

function Menu(props: { me: Session; current: (page: Page) => 'page' | undefined }) {
  const { display_name: name, roles } = props.me;
  const words = rolesInWords(roles);
  return (
    <>
      <button type="button" class="button who-am-i" popovertarget="menu">
        <span class="initial" aria-hidden="true">
          {name.slice(0, 1).toUpperCase()}
        </span>
        <span class="wide">{name}</span>
        <small class="wide">{words}</small>
        <span class="visually-hidden">{t('菜单')}</span>
        <span aria-hidden="true">▾</span>
      </button>
      <div id="menu" class="menu" popover="auto">
        <p>
          <b>{name}</b>
          <small>{words}</small>
        </p>
        <a href={inThisLook('/account/')} aria-current={props.current('account')}>
          {t('我的账号')}
        </a>
        {(may('manage_accounts') || may('plan')) && (
          <a href={inThisLook('/start/')} aria-current={props.current('start')}>
            {t('开始使用')}
          </a>
        )}
        {may('see_map') && <a href={openDataAddress()}>{t('开放数据')}</a>}
        <SignOut />
      </div>
    </>
  );
}

/** Whom the program did not sign out must not believe to be out. */
function SignOut() {
  const { problem, run } = useAction(signOut);
  return (
    <>
      <button type="button" onClick={() => run()}>
        {t('退出登录')}
      </button>
      <Trouble problem={problem.value} />
    </>
  );
}
