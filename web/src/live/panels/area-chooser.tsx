/** Which part of the town is looked at. */
import { ready } from '../../resource';
import { areas } from '../data';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { chooseCommunity, community } from '../state';

const KINDS = ['county', 'subdistrict', 'community'] as const;
const KIND_WORD: Record<(typeof KINDS)[number], Word> = { county: '区县', subdistrict: '街道（乡镇）', community: '社区' };

export function AreaChooser() {
  const all = ready(areas.state.value)?.features.map(({ properties }) => properties) ?? [];
  if (all.length < 2) return null;
  return (
    <select
      class="area"
      aria-label={t('区域')}
      value={community.value ?? ''}
      onChange={(event) => chooseCommunity(event.currentTarget.value || null)}
    >
      <option value="">{t('全部区域')}</option>
      {KINDS.map((kind) => {
        const of = all.filter((area) => area.kind === kind);
        return (
          of.length > 0 && (
            <optgroup key={kind} label={t(KIND_WORD[kind])}>
              {of.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </optgroup>
          )
        );
      })}
    </select>
  );
}
