/** The first step in: a link that works once, and a password of one's own. */
import { useSignal } from '@preact/signals';
import { useAction } from '../action';
import { setPassword } from '../api/account';
import { t } from '../i18n';
import { inThisLook } from '../look';
import { NewPassword, PasswordTrouble } from '../panels/new-password';
import { checked } from '../password';
import { firstPage } from './first-page';
import { Frame } from './frame';
import { LinkTrouble } from './link-trouble';

/** What the program says of a link that is not good (any more). */
const NO_GOOD_LINK = [401, 404, 409, 410];

export function Welcome({ secret }: { secret: string }) {
  return (
    <Frame>
      <h1>{t('设置密码')}</h1>
      {secret ? <Choose secret={secret} /> : <NoLink />}
    </Frame>
  );
}

function Choose({ secret }: { secret: string }) {
  const password = useSignal('');
  const { busy, problem, run } = useAction(async () => {
    const session = await setPassword(secret, password.value);
    location.replace(inThisLook(await firstPage(session)));
  });
  const { long, different } = checked(password.value);
  const said = problem.value;
  if (said?.status && NO_GOOD_LINK.includes(said.status)) return <LinkTrouble problem={said} />;
  return (
    <form
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        if (long && different) void run();
      }}
    >
      <p class="note">{t('欢迎。选一个只在这里用的密码；设好以后就直接登录。')}</p>
      <NewPassword value={password} />
      <PasswordTrouble problem={said} />
      <button type="submit" class="button main" aria-disabled={busy.value || !(long && different)}>
        {busy.value ? t('正在保存…') : t('保存并登录')}
      </button>
    </form>
  );
}

function NoLink() {
  return (
    <div class="failed" role="alert">
      <strong>{t('链接不完整')}</strong>
      <p>{t('请把收到的链接整个打开一次，包括 # 后面的部分。')}</p>
    </div>
  );
}
