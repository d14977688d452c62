/** A target that is chosen: report a visit to it, or agree on a time. */
import { useSignal } from '@preact/signals';
import type { DueVisit } from '../../api/visits';
import { dayAndTime } from '../../format';
import { Done } from '../../panels/fields';
import { ready } from '../../resource';
import { may, me } from '../../session';
import { appointments, zone } from '../data';
import { t } from '../i18n';
import { said } from '../said';
import { Agree } from './agree';
import { ReportVisit } from './report-visit';

export function Serving({ row }: { row: DueVisit }) {
  const doing = useSignal<'visit' | 'agree' | null>(null);
  const { target, rule } = row;
  const open = (ready(appointments.state.value)?.appointments ?? []).filter(
    (one) => one.target === target && one.state === 'open',
  );
  return (
    <div class="serving">
      <p class="quiet">
        {rule && t('规则 {rule}', { rule })}
        {open.map((one) => (
          <span key={one.code}> · {t('已约 {at}', { at: dayAndTime(one.from, zone.value) })}</span>
        ))}
      </p>
      {said.value?.target === target && <Done>{said.value.words}</Done>}
      {may('report_visits') && me.value?.worker && (
        <>
          <div class="ways">
            <button type="button" aria-pressed={doing.value === 'visit'} onClick={() => (doing.value = doing.value === 'visit' ? null : 'visit')}>
              {t('上报走访')}
            </button>
            <button type="button" aria-pressed={doing.value === 'agree'} onClick={() => (doing.value = doing.value === 'agree' ? null : 'agree')}>
              {t('约时间')}
            </button>
          </div>
          {doing.value === 'visit' && <ReportVisit target={target} open={open} done={() => (doing.value = null)} />}
          {doing.value === 'agree' && <Agree target={target} done={() => (doing.value = null)} />}
        </>
      )}
    </div>
  );
}
