/** Name, roles with their areas, and the way out. */
import { useAction } from '../action';
import type { Session } from '../api/types';
import { t } from './i18n';
import { Trouble } from '../panels/fields';
import { ROLE_WORD } from '../role-words';
import { signOut } from '../session';

export function WhoIAm({ me }: { me: Session }) {
  const { problem, run } = useAction(signOut);
  return (
    <section class="panel" aria-labelledby="who">
      <h1 id="who">{me.display_name}</h1>
      <p class="code">{me.name}</p>
      <ul class="roles">
        {me.roles.map(({ role, area, area_name: name }) => (
          <li key={`${role} ${area}`}>
            <b>{t(ROLE_WORD[role])}</b>
            <span>
              {name ?? area ?? t('全部区域')}
              {area && name && <span class="code"> {area}</span>}
            </span>
          </li>
        ))}
      </ul>
      {me.worker && (
        <p class="note">
          {t('工号')} <span class="code">{me.worker}</span>
        </p>
      )}
      <Trouble problem={problem.value} />
      <button type="button" class="button" onClick={() => run()}>
        {t('退出登录')}
      </button>
    </section>
  );
}
