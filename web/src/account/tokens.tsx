/** Tokens with which programs come in one's own name. */
import { useSignal } from '@preact/signals';
import { zone } from '../about';
import { useAction } from '../action';
import { fetchTokens, makeToken, revokeToken } from '../api/account';
import type { MadeToken, Permission, Token } from '../api/types';
import { dayAndTime, fullDay } from '../format';
import { openDataAddress } from '../i18n';
import { may } from '../session';
import { inARow, t } from './i18n';
import { PERMISSION_WORD } from './permission-words';
import { Trouble } from '../panels/fields';
import { Once } from '../panels/once';
import { Empty, Show } from '../panels/states';
import { Sure } from '../panels/sure';
import { resource } from '../resource';

const tokens = resource(() => fetchTokens);

const DAYS = [7, 30, 90, 365];
const USUAL_DAYS = 90;

export function Tokens() {
  const made = useSignal<MadeToken | null>(null);
  return (
    <section class="panel" aria-labelledby="tokens">
      <h2 id="tokens">{t('程序用的令牌')}</h2>
      <p class="note">{t('程序拿着令牌，以你的名义、在你的范围内做你选的事，到期作废。')}</p>
      {may('see_map') && (
        <p>
          {t('程序能读到什么，见')} <a href={openDataAddress()}>{t('开放数据')}</a>
        </p>
      )}
      {made.value && (
        <Once
          label={t('新令牌：{name}', { name: made.value.name })}
          value={made.value.secret}
          note={t('现在就复制：它只显示这一次，这里只保存它的摘要。')}
        />
      )}
      <Show of={tokens}>
        {({ tokens: all, grantable }) => (
          <>
            <List all={all.filter(({ revoked_at: revoked }) => !revoked)} />
            <Make grantable={grantable} made={(token) => (made.value = token)} />
          </>
        )}
      </Show>
    </section>
  );
}

function List({ all }: { all: readonly Token[] }) {
  if (all.length === 0) return <Empty>{t('还没有令牌。')}</Empty>;
  return (
    <ul class="rows">
      {all.map((token) => (
        <Row key={token.id} token={token} />
      ))}
    </ul>
  );
}

function Row({ token }: { token: Token }) {
  const { id, name, permissions, last_used_at: used, expires_at: expires } = token;
  const over = Date.parse(expires) < Date.now();
  const revoke = async (): Promise<void> => {
    await revokeToken(id);
    tokens.reload();
  };
  return (
    <li>
      <p>
        <b>{name}</b>
      </p>
      <p class="note">
        {over ? t('已于 {at} 到期', { at: fullDay(expires, zone.value) }) : t('{at} 到期', { at: fullDay(expires, zone.value) })}
        {' · '}
        {used ? t('最近使用 {at}', { at: dayAndTime(used, zone.value) }) : t('还没用过')}
        {' · '}
        {inARow(permissions.map((permission) => t(PERMISSION_WORD[permission])))}
      </p>
      <Sure label={t('撤销')} of={name} act={revoke} />
    </li>
  );
}

function Make({ grantable, made }: { grantable: readonly Permission[]; made: (token: MadeToken) => void }) {
  const name = useSignal('');
  const days = useSignal(USUAL_DAYS);
  const chosen = useSignal<readonly Permission[]>([]);
  const { busy, problem, run } = useAction(async () => {
    made(await makeToken({ name: name.value.trim(), permissions: [...chosen.value], days: days.value }));
    name.value = '';
    chosen.value = [];
    tokens.reload();
  });
  const toggle = (permission: Permission): void => {
    const held = chosen.value.includes(permission);
    chosen.value = held ? chosen.value.filter((other) => other !== permission) : [...chosen.value, permission];
  };
  const complete = name.value.trim() !== '' && chosen.value.length > 0;
  return (
    <details class="make">
      <summary>{t('新建令牌')}</summary>
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) void run();
        }}
      >
        <div class="two">
          <div class="field">
            <label for="token-name">{t('用途')}</label>
            <input
              id="token-name"
              autocomplete="off"
              required
              maxLength={100}
              value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)}
            />
          </div>
          <div class="field">
            <label for="token-days">{t('有效期')}</label>
            <select id="token-days" value={days.value} onChange={(event) => (days.value = Number(event.currentTarget.value))}>
              {DAYS.map((n) => (
                <option key={n} value={n}>
                  {t('{n} 天', { n })}
                </option>
              ))}
            </select>
          </div>
        </div>
        <fieldset class="field">
          <legend class="label">{t('可以做什么')}</legend>
          {grantable.map((permission) => (
            <label key={permission} class="choice">
              <input type="checkbox" checked={chosen.value.includes(permission)} onChange={() => toggle(permission)} />
              {t(PERMISSION_WORD[permission])} <span class="code">{permission}</span>
            </label>
          ))}
        </fieldset>
        <Trouble problem={problem.value} />
        <button type="submit" class="button main" aria-disabled={busy.value || !complete}>
          {t('新建令牌')}
        </button>
      </form>
    </details>
  );
}
