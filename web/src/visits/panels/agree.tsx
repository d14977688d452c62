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

export function Agree({ target, done }: { target: string; done: () => void }) {
  const code = useSignal(crypto.randomUUID());
  const start = useSignal('');
  const minutes = useSignal(60);
  const from = localTime(start.value, zone.value);
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
