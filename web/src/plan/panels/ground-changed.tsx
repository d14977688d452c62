/** The map has other buildings or roads by now: said without being asked, and brought in by one button. */
import { zone } from '../../about';
import type { Draft } from '../../api/types';
import { count, fullDay } from '../../format';
import { inARow, t } from '../i18n';
import { lang } from '../../look';
import { busy, edit, isEditable } from '../draft';

export function GroundChangedNote({ draft: { ground_changed: changed } }: { draft: Draft }) {
  if (!changed || !isEditable.value) return null;
  const n = (value: number): string => count(value, lang.value);
  const what = [
    ...(changed.buildings > 0 ? [t('{n} 栋建筑', { n: n(changed.buildings) })] : []),
    ...(changed.lines > 0 ? [t('{n} 条道路或河流', { n: n(changed.lines) })] : []),
  ];
  return (
    <div class="failed polite ground-changed" role="status">
      <strong>{t('地面变了')}</strong>
      <p>
        {changed.since && t('自 {day} 起，', { day: fullDay(changed.since, zone.value) })}
        {what.length > 0 ? t('地图上有变化：{what}。', { what: inARow(what) }) : t('地图上的建筑或道路有变化。')}{' '}
        {t('更新后户数按新的算，网格尽量不动；可以撤销。')}
      </p>
      <button type="button" class="button strong" aria-disabled={busy.value} onClick={() => void edit({ op: 'refresh' })}>
        {t('更新地面')}
      </button>
    </div>
  );
}
