/** Choosing a password: its rules before, how it does while it is typed. */
import type { Signal } from '@preact/signals';
import type { Problem } from '../api/problem';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { checked, FEWEST_DIFFERENT, SHORTEST, type Strength } from '../password';
import { PasswordField, Trouble } from './fields';

const STRENGTH_WORD: Record<Strength, Word> = {
  none: '还没有输入',
  weak: '还不够',
  enough: '可以用',
  good: '很好',
};

export function NewPassword({ value }: { value: Signal<string> }) {
  const { long, different, strength } = checked(value.value);
  return (
    <>
      <PasswordField id="new-password" label={t('新密码')} value={value} kind="new-password" about="rules strength" />
      <p id="strength" class={`strength ${strength}`} role="status">
        <span class="bars" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        {t('强度：{how}', { how: t(STRENGTH_WORD[strength]) })}
      </p>
      <ul id="rules" class="rules">
        <Rule met={long}>{t('至少 {n} 个字符，可以是一句话', { n: SHORTEST })}</Rule>
        <Rule met={different}>{t('至少 {n} 个不同的字符', { n: FEWEST_DIFFERENT })}</Rule>
        <Rule met={null}>{t('不含账号名，也不是常见密码')}</Rule>
      </ul>
    </>
  );
}

/** Met, not yet, or what only the program knows. */
function Rule({ met, children }: { met: boolean | null; children: string }) {
  return (
    <li class={met ? 'met' : ''}>
      <span aria-hidden="true">{met ? '✓' : '·'}</span> {children}
    </li>
  );
}

/** Why a new password was not taken. */
export function PasswordTrouble({ problem }: { problem: Problem | null }) {
  if (problem?.status !== 400) return <Trouble problem={problem} />;
  return (
    <div class="failed" role="alert">
      <strong>{t('这个密码太容易猜')}</strong>
      <p>{t('请看上面的规则：换一个更长、不含账号名、也不常见的密码。')}</p>
    </div>
  );
}
