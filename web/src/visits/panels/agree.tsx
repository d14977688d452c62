/** When a worker agreed to come. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { makeAppointment } from '../../api/visits';
import { dayAndTime } from '../../format';
import { localTime } from '../../local-time';
import { Trouble } from '../../panels/fields';
import { reloadVisits, zone } from '../data';
import { t } from '../i18n';
import { said } from '../said';

const MINUTES = [30, 60, 90, 120];

const YEAR_MS = 365 * 86_400_000;

/** Whether an appointment is not over yet, and no more than a year ahead. */
function isAhead(from: string, minutes: number): boolean {
  const left = Date.parse(from) - Date.now();
  return left > -minutes * 60_000 && left <= YEAR_MS;
}

export function Agree({ target, done }: { target: string; done: () => void }) {
  const code = useSignal(crypto.randomUUID());
  const start = useSignal('');
  const minutes = useSignal(60);
  const given = localTime(start.value, zone.value);
  const from = given !== null && isAhead(given, minutes.value) ? given : null;
  const { busy, problem, run } = useAction(async () => {
    if (from === null) return;
    const until = new Date(Date.parse(from) + minutes.value * 60_000).toISOString();
    await makeAppointment({ code: code.value, target, from, until });
    said.value = { target, words: t('已约好 {target}：{at}', { target, at: dayAndTime(from, zone.value) }) };
    done();
    reloadVisits();
  });
  return (
    <form
      method="post"
      class="small-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (from) void run();
      }}
    >
      <div class="field">
        <label for="agreed-from">{t('开始（{zone}）', { zone: zone.value })}</label>
        <input
          id="agreed-from"
          type="datetime-local"
          required
          value={start.value}
          onInput={(event) => (start.value = event.currentTarget.value)}
        />
        {given !== null && from === null && (
          <small class="lacking" role="alert">
            {t('请填今后一年内的时间')}
          </small>
        )}
      </div>
      <div class="field">
        <label for="agreed-for">{t('多久')}</label>
        <select id="agreed-for" value={minutes.value} onChange={(event) => (minutes.value = Number(event.currentTarget.value))}>
          {MINUTES.map((n) => (
            <option key={n} value={n}>
              {t('{n} 分钟', { n })}
            </option>
          ))}
        </select>
      </div>
      <Trouble problem={problem.value} />
      <button type="submit" class="button main" aria-disabled={busy.value || from === null}>
        {problem.value ? t('重试') : t('记下预约')}
      </button>
    </form>
  );
}
