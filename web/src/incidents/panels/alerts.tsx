/** What calls: emergencies first, then what is long over, over, and near its deadline. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { acknowledgeAlert } from '../../api/incidents';
import type { Alert } from '../../api/types';
import { zone } from '../../about';
import { dayAndTime } from '../../format';
import { Trouble } from '../../panels/fields';
import { may } from '../../session';
import { alerts } from '../data';
import { SHAPE } from '../deadline';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { choose, incidentCode } from '../state';
import { LEVEL_WORD } from '../words';
import { Age } from './age';

const FIRST_SHOWN = 3;
const MOST_SHOWN = 50;

const WORD: Record<Alert['kind'], Word> = {
  emergency: '紧急',
  escalated: '已提级',
  red: '红灯',
  yellow: '黄牌',
};
const SIGN: Record<Alert['kind'], string> = { emergency: SHAPE.emergency, escalated: '⇧', red: SHAPE.red, yellow: SHAPE.yellow };

export function Alerts() {
  const all = useSignal(false);
  const now = alerts.state.value;
  if (!may('handle_incidents') || (now.data === null && !now.problem)) return null;
  const calling = now.data ?? [];
  const shown = calling.slice(0, all.value ? MOST_SHOWN : FIRST_SHOWN);
  return (
    <section class="alerts" aria-labelledby="alerts">
      <h2 id="alerts">
        {t('提醒')} <b class="number">{calling.length}</b>
      </h2>
      <Age of={now} />
      {now.data === null && <p class="age">{t('提醒没有取到；稍后会再试。')}</p>}
      {now.data !== null && calling.length === 0 && <p class="note">{t('没有要处理的提醒。')}</p>}
      <ul>
        {shown.map((alert) => (
          <Row key={alert.id} alert={alert} />
        ))}
      </ul>
      {calling.length > FIRST_SHOWN && (
        <button type="button" class="more" aria-expanded={all.value} onClick={() => (all.value = !all.value)}>
          {all.value ? t('收起') : t('再看 {n} 条提醒', { n: Math.min(calling.length, MOST_SHOWN) - FIRST_SHOWN })}
        </button>
      )}
    </section>
  );
}

function Row({ alert }: { alert: Alert }) {
  const { busy, problem, run } = useAction(async () => {
    await acknowledgeAlert(alert.id);
    alerts.put((alerts.state.peek().data ?? []).filter(({ id }) => id !== alert.id));
  });
  return (
    <li class={alert.kind}>
      <button
        type="button"
        class="what"
        aria-current={incidentCode.value === alert.code ? 'true' : undefined}
        onClick={() => choose(alert.code)}
      >
        <b>
          <span aria-hidden="true">{SIGN[alert.kind]} </span>
          {t(WORD[alert.kind])}
        </b>
        <span>{alert.title}</span>
        <small>
          {dayAndTime(alert.due_at, zone.value)} · {t(LEVEL_WORD[alert.level])}
        </small>
      </button>
      <button type="button" class="button seen" aria-disabled={busy.value} onClick={() => run()}>
        {t('知道了')}
        <span class="visually-hidden"> {alert.title}</span>
      </button>
      <Trouble problem={problem.value} />
    </li>
  );
}
