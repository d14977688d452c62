/** Another password for oneself. */
import { useSignal } from '@preact/signals';
import { useAction } from '../action';
import { changePassword } from '../api/account';
import type { Session } from '../api/types';
import { t } from './i18n';
import { Done, PasswordField } from '../panels/fields';
import { NewPassword, PasswordTrouble } from '../panels/new-password';
import { checked } from '../password';
import { sessions } from './sessions';

export function ChangePassword({ me }: { me: Session }) {
  const old = useSignal('');
  const wanted = useSignal('');
  const done = useSignal(false);
  const { busy, problem, run } = useAction(async () => {
    done.value = false;
    await changePassword(old.value, wanted.value);
    old.value = wanted.value = '';
    done.value = true;
    sessions.reload();
  });
  const { long, different } = checked(wanted.value);
  return (
    <section class="panel" aria-labelledby="change-password">
      <h2 id="change-password">{t('修改密码')}</h2>
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          if (long && different) void run();
        }}
      >
        {/* Tells a password manager whose password it is. */}
        <input class="visually-hidden" autocomplete="username" value={me.name} readOnly tabIndex={-1} aria-hidden="true" />
        <PasswordField id="old-password" label={t('现在的密码')} value={old} kind="current-password" />
        <NewPassword value={wanted} />
        {problem.value?.status === 403 ? <WrongOld /> : <PasswordTrouble problem={problem.value} />}
        {done.value && <Done>{t('密码已修改，其他会话已结束。')}</Done>}
        <button type="submit" class="button main" aria-disabled={busy.value || !(old.value && long && different)}>
          {t('修改密码')}
        </button>
      </form>
    </section>
  );
}

function WrongOld() {
  return (
    <div class="failed" role="alert">
      <strong>{t('现在的密码不对')}</strong>
      <p>{t('什么都没有改动，请再试一次。')}</p>
    </div>
  );
}
