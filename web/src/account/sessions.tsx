/** Where one is signed in. */
import { zone } from '../about';
import { endOtherSession, fetchSessions } from '../api/account';
import type { OpenSession } from '../api/types';
import type { Word } from './dictionary';
import { dayAndTime } from '../format';
import { t } from './i18n';
import { Show } from '../panels/states';
import { Sure } from '../panels/sure';
import { resource } from '../resource';

export const sessions = resource(() => fetchSessions);

const METHOD_WORD: Record<OpenSession['method'], Word> = {
  password: '用密码',
  link: '用链接',
  oidc: '用其他账号',
};

export function Sessions() {
  return (
    <section class="panel" aria-labelledby="sessions">
      <h2 id="sessions">{t('登录的地方')}</h2>
      <Show of={sessions}>
        {({ sessions: open }) => (
          <>
            <ul class="rows">
              {open.map((one) => (
                <Row key={one.id} of={one} />
              ))}
            </ul>
            <EndOthers others={open.filter((one) => !one.current)} />
          </>
        )}
      </Show>
    </section>
  );
}

function Row({ of: { id, browser, method, opened_at: opened, last_seen_at: seen, current } }: { of: OpenSession }) {
  const name = browser || t('未知浏览器');
  const time = (iso: string): string => dayAndTime(iso, zone.value);
  const end = async (): Promise<void> => {
    await endOtherSession(id);
    sessions.reload();
  };
  return (
    <li>
      <p>
        <b>{name}</b> {current && <span class="here">{t('就是这里')}</span>}
      </p>
      <p class="note">
        {t(METHOD_WORD[method])} · {t('登录于 {at}', { at: time(opened) })} · {t('最近使用 {at}', { at: time(seen) })}
      </p>
      {!current && <Sure label={t('结束')} of={`${name} ${time(opened)}`} act={end} />}
    </li>
  );
}

function EndOthers({ others }: { others: readonly OpenSession[] }) {
  if (others.length < 2) return null;
  const end = async (): Promise<void> => {
    for (const { id } of others) await endOtherSession(id);
    sessions.reload();
  };
  return <Sure label={t('结束其他 {n} 处', { n: others.length })} of="" act={end} />;
}
