/** The accounts that an administrator keeps: add, let in by a link, disable. */
import { useSignal } from '@preact/signals';
import { disableAccount, fetchAccounts, makeLink } from '../api/account';
import type { Account } from '../api/types';
import { inARow, t } from './i18n';
import { Once } from '../panels/once';
import { Show } from '../panels/states';
import { Sure } from '../panels/sure';
import { resource } from '../resource';
import { ROLE_WORD } from '../role-words';
import { may, me } from '../session';
import { AddPerson } from './add-person';

const accounts = resource(() => (may('manage_accounts') ? fetchAccounts : null));

interface Shown {
  name: string;
  link: string;
}

export function People() {
  const shown = useSignal<Shown | null>(null);
  const link = async (name: string): Promise<void> => {
    const made = await makeLink(name);
    shown.value = { name, link: location.origin + made.link };
    accounts.reload();
  };
  return (
    <section class="panel" aria-labelledby="people">
      <h2 id="people">{t('账号管理')}</h2>
      {shown.value && (
        <Once
          key={shown.value.link}
          label={t('给 {name} 的链接', { name: shown.value.name })}
          value={shown.value.link}
          note={t('请亲手交给本人：三天内打开一次，设好密码就能登录。以前的链接已作废。')}
        />
      )}
      <Show of={accounts}>
        {({ accounts: all }) => (
          <>
            <AddPerson added={link} />
            <ul class="rows">
              {all.map((account) => (
                <Row key={account.name} account={account} link={() => link(account.name)} />
              ))}
            </ul>
          </>
        )}
      </Show>
    </section>
  );
}

function Row({ account, link }: { account: Account; link: () => Promise<void> }) {
  const { name, display_name: shownName, roles, worker, has_password: hasPassword, disabled_at: disabledAt } = account;
  const disabled = disabledAt !== null;
  const toggle = async (): Promise<void> => {
    await disableAccount(name, !disabled);
    accounts.reload();
  };
  const words = roles.map(({ role, area, area_name: areaName }) => `${t(ROLE_WORD[role])} ${areaName ?? area ?? t('全部区域')}`);
  return (
    <li>
      <p>
        <b>{shownName}</b> <span class="code">{name}</span>
        {disabled && <span class="shut">{t('已停用')}</span>}
      </p>
      <p class="note">
        {inARow(words)}
        {worker && ` · ${t('工号')} ${worker}`}
        {!hasPassword && !account.signs_in_elsewhere && ` · ${t('还没有密码')}`}
      </p>
      <span class="sure">
        {!disabled && <Sure label={t('新链接')} of={name} act={link} />}
        {name !== me.value?.name && <Sure label={disabled ? t('启用') : t('停用')} of={name} act={toggle} />}
      </span>
    </li>
  );
}
