/** A new account: who, as what, where. */
import { useSignal } from '@preact/signals';
import { useAction } from '../action';
import { addAccount } from '../api/account';
import { fetchAreas } from '../api/client';
import type { Role } from '../api/types';
import { t } from './i18n';
import { Trouble } from '../panels/fields';
import { ready, resource } from '../resource';
import { ROLE_WORD } from '../role-words';
import { may } from '../session';

const areas = resource(() => (may('manage_accounts') ? fetchAreas : null));

const ROLES = Object.keys(ROLE_WORD) as Role[];
const EVERYWHERE = '';

export function AddPerson({ added }: { added: (name: string) => Promise<void> }) {
  const name = useSignal('');
  const shownName = useSignal('');
  const role = useSignal<Role>('commander');
  const area = useSignal(EVERYWHERE);
  const worker = useSignal('');
  const { busy, problem, run } = useAction(async () => {
    const wanted = name.value.trim();
    await addAccount({
      name: wanted,
      display_name: shownName.value.trim() || null,
      worker: role.value === 'worker' ? worker.value.trim() : null,
      roles: [{ role: role.value, area: area.value || null }],
    });
    name.value = shownName.value = worker.value = '';
    await added(wanted);
  });
  const text = (id: string, label: string, value: typeof name, required: boolean) => (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        required={required}
        maxLength={100}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </div>
  );
  return (
    <details class="make">
      <summary>{t('新建账号')}</summary>
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <div class="pair">
          {text('person-name', t('账号'), name, true)}
          {text('person-shown', t('显示的名字'), shownName, false)}
          <div class="field">
            <label for="person-role">{t('角色')}</label>
            <select id="person-role" value={role.value} onChange={(event) => (role.value = event.currentTarget.value as Role)}>
              {ROLES.map((one) => (
                <option key={one} value={one}>
                  {t(ROLE_WORD[one])}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="person-area">{t('区域')}</label>
            <select id="person-area" value={area.value} onChange={(event) => (area.value = event.currentTarget.value)}>
              <option value={EVERYWHERE}>{t('全部区域')}</option>
              {ready(areas.state.value)?.features.map(({ properties: { code, name: areaName } }) => (
                <option key={code} value={code}>
                  {areaName} {code}
                </option>
              ))}
            </select>
          </div>
          {role.value === 'worker' && text('person-worker', t('工号'), worker, true)}
        </div>
        <Trouble problem={problem.value} />
        <button type="submit" class="button main" aria-disabled={busy.value}>
          {t('新建账号')}
        </button>
      </form>
    </details>
  );
}
