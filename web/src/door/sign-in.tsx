/** Signing in: by name and password, by a link that works once, or at another provider. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAction } from '../action';
import { fetchProvider, fetchSession, signIn, signInByLink } from '../api/account';
import type { Session } from '../api/types';
import { t } from '../i18n';
import { chosenTheme, inThisLook, lang } from '../look';
import { onwards } from '../onwards';
import { PasswordField, Trouble } from '../panels/fields';
import { Loading } from '../panels/states';
import { ready, resource } from '../resource';
import { firstPage } from './first-page';
import { Frame } from './frame';
import { LinkTrouble } from './link-trouble';

const provider = resource(() => fetchProvider);

/** What the address says of one who comes back from another provider, signed in. */
const SIGNED_IN = 'signed-in';

const query = new URLSearchParams(location.search);

/** Where one wanted to go; `null` where that was nowhere in particular. */
function wantedPath(): string | null {
  const next = query.get('next');
  return next === '/' || next?.startsWith('/sign-in/') ? null : next;
}

function next(wanted: string | null): string {
  return onwards(wanted, location.origin, { lang: lang.peek(), theme: chosenTheme.peek() });
}

/** Leave this page for good: Back must not come to a form, or a link, that has done its work. */
async function goOn(session: Session): Promise<void> {
  const wanted = wantedPath();
  location.replace(next(wanted ?? (await firstPage(session))));
}

export function SignIn({ secret }: { secret: string }) {
  const byLink = useSignal(secret !== '');
  return (
    <Frame>
      <h1>{t('登录')}</h1>
      {byLink.value ? (
        <ByLink secret={secret} instead={() => (byLink.value = false)} />
      ) : query.has(SIGNED_IN) ? (
        <SignedIn />
      ) : (
        <ByPassword />
      )}
    </Frame>
  );
}

/** Go on to the first page: which it is, only the session tells. */
function SignedIn() {
  const { problem, run } = useAction(async () => {
    await goOn(await fetchSession(new AbortController().signal));
  });
  useEffect(() => void run(), []);
  if (!problem.value) return <Loading />;
  return (
    <>
      {problem.value.status !== 401 && <Trouble problem={problem.value} />}
      <ByPassword />
    </>
  );
}

function ByLink({ secret, instead }: { secret: string; instead: () => void }) {
  const { busy, problem, run } = useAction(async () => {
    await goOn(await signInByLink(secret));
  });
  useEffect(() => void run(), []);
  return (
    <>
      {busy.value && <Loading text={t('正在用链接登录…')} />}
      {problem.value && <LinkTrouble problem={problem.value} />}
      {problem.value && (
        <button type="button" class="button" onClick={instead}>
          {t('用密码登录')}
        </button>
      )}
    </>
  );
}

function ByPassword() {
  const name = useSignal('');
  const password = useSignal('');
  const first = useRef<HTMLInputElement>(null);
  const { busy, problem, run } = useAction(async () => {
    await goOn(await signIn(name.value.trim(), password.value));
  });
  useEffect(() => first.current?.focus(), []);
  return (
    <>
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <div class="field">
          <label for="name">{t('账号')}</label>
          <input
            id="name"
            name="username"
            ref={first}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            maxLength={64}
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
        </div>
        <PasswordField id="password" label={t('密码')} value={password} kind="current-password" />
        {problem.value?.status === 401 ? <Wrong /> : <Trouble problem={problem.value} />}
        <button type="submit" class="button main" aria-disabled={busy.value}>
          {busy.value ? t('正在登录…') : t('登录')}
        </button>
      </form>
      <Provider />
      <p class="note">{t('没有账号，或忘了密码？管理员可以给你一个一次性链接。')}</p>
    </>
  );
}

function Wrong() {
  return (
    <div class="failed" role="alert">
      <strong>{t('账号或密码不对')}</strong>
      <p>{t('请检查大小写和输入法，然后再试。')}</p>
    </div>
  );
}

/** The button of another provider, where there is one. */
function Provider() {
  const other = ready(provider.state.value);
  if (!other) return null;
  const wanted = wantedPath();
  const back = wanted ? next(wanted).slice(location.origin.length) : inThisLook('/sign-in/', { [SIGNED_IN]: '1' });
  return (
    <>
      <p class="or">{t('或')}</p>
      <a class="button main quiet" href={`/api/oidc/start?${new URLSearchParams({ next: back })}`}>
        {t('用 {name} 登录', { name: other.name })}
      </a>
    </>
  );
}
