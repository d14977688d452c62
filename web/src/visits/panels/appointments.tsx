/** When workers agreed to come, and what became of it. */
import { callOff, type Appointment, type WhyCalledOff } from '../../api/visits';
import { dayAndTime, shortClock } from '../../format';
import { Empty, Show } from '../../panels/states';
import { ready } from '../../resource';
import { may } from '../../session';
import { appointments, reloadVisits, zone } from '../data';
import { t } from '../i18n';
import { said } from '../said';
import { appointmentTable } from '../tables';
import { APPOINTMENT_SIGN, APPOINTMENT_WORD, classWord, WHY_CALLED_OFF } from '../words';
import { LastWeek } from './last-week';
import { LongList } from './long-list';
import { Download, Tools, WhichDays, WhichGrid } from './tools';
import { Why } from './why';

export function Appointments() {
  const all = ready(appointments.state.value)?.appointments ?? [];
  return (
    <>
      <Tools>
        <WhichGrid />
        <WhichDays usual={t('今后一个月')} />
        {all.length > 0 && <Download name="appointments" rows={() => appointmentTable(all)} />}
      </Tools>
      <Show of={appointments}>
        {({ appointments: listed }) =>
          listed.length === 0 ? (
            <>
              <Empty>
                {t('这些天没有预约。选更早的日子可看过去的。')} {may('report_visits') && t('到“该走访的”里选一项，就能约时间。')}
              </Empty>
              <LastWeek />
            </>
          ) : (
            <LongList rows={listed}>{(one) => <Row key={one.code} one={one} />}</LongList>
          )
        }
      </Show>
    </>
  );
}

function Row({ one: { code, target, visit_class: kind, worker, from, until, state } }: { one: Appointment }) {
  const end = async (why: WhyCalledOff): Promise<void> => {
    await callOff(code, why);
    said.value = null;
    reloadVisits();
  };
  return (
    <li>
      <p class="main-line">
        <span class="time">
          {dayAndTime(from, zone.value)}–{shortClock(until, zone.value)}
        </span>{' '}
        <b>{classWord(kind)}</b> <span class="code">{target}</span>
        <span class={`tag ${state}`}>
          <span aria-hidden="true">{APPOINTMENT_SIGN[state]} </span>
          {t(APPOINTMENT_WORD[state])}
        </span>
        <span class="code">{worker}</span>
      </p>
      {state === 'open' && may('correct_visits') && (
        <Why label={t('取消预约')} of={target} ask={t('取消的原因')} reasons={WHY_CALLED_OFF} act={end} />
      )}
    </li>
  );
}
