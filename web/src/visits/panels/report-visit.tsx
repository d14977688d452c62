/** A visit as its worker reports it: the code is made once a form, so that sent twice it is one visit. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { reportVisit, type Appointment } from '../../api/visits';
import { dayAndTime } from '../../format';
import { fieldTime, isRecent, localTime } from '../../local-time';
import { Trouble } from '../../panels/fields';
import { reloadVisits, zone } from '../data';
import { t } from '../i18n';
import { said } from '../said';
import { MODE_WORD, MODES, type Mode } from '../words';

const LATE_DAYS = 7;

export function ReportVisit(props: { target: string; open: readonly Appointment[]; done: () => void }) {
  const { target, open } = props;
  const code = useSignal(crypto.randomUUID());
  const mode = useSignal<Mode>(open.length > 0 ? 'appointment' : 'door');
  const kept = useSignal<string>(open[0]?.code ?? '');
  const at = useSignal<string | null>(null);
  const when = at.value === null ? null : localTime(at.value, zone.value);
  const complete = at.value === null || isRecent(at.value, zone.value, new Date(), LATE_DAYS);
  const { busy, problem, run } = useAction(async () => {
    const appointment = mode.value === 'appointment' && kept.value ? kept.value : null;
    await reportVisit({ code: code.value, target, mode: mode.value, at: when, appointment });
    said.value = { target, words: t('已记下 {target} 的走访。填错了可以在“走访记录”里撤回。', { target }) };
    props.done();
    reloadVisits();
  });
  return (
    <form
      method="post"
      class="small-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) void run();
      }}
    >
      <fieldset>
        <legend>{t('方式')}</legend>
        {MODES.map((one) => (
          <label key={one} class="pick">
            <input type="radio" name="mode" checked={mode.value === one} onChange={() => (mode.value = one)} />
            {t(MODE_WORD[one])}
          </label>
        ))}
      </fieldset>
      {mode.value === 'appointment' && (
        <div class="field">
          <label for="kept">{t('赴哪个约')}</label>
          <select id="kept" value={kept.value} onChange={(event) => (kept.value = event.currentTarget.value)}>
            <option value="">{t('没有预约')}</option>
            {open.map((one) => (
              <option key={one.code} value={one.code}>
                {dayAndTime(one.from, zone.value)}
              </option>
            ))}
          </select>
        </div>
      )}
      <fieldset>
        <legend>{t('什么时候')}</legend>
        <label class="pick">
          <input type="radio" name="when" checked={at.value === null} onChange={() => (at.value = null)} />
          {t('现在')}
        </label>
        <label class="pick">
          <input
            type="radio"
            name="when"
            checked={at.value !== null}
            onChange={() => (at.value = fieldTime(new Date().toISOString(), zone.value))}
          />
          {t('别的时间')}
        </label>
      </fieldset>
      {at.value !== null && (
        <div class="field">
          <label for="visited-at">{t('时间（{zone}，七天内）', { zone: zone.value })}</label>
          <input
            id="visited-at"
            type="datetime-local"
            value={at.value}
            onInput={(event) => (at.value = event.currentTarget.value)}
          />
          {!complete && <small class="lacking">{t('请填七天内、不晚于现在的时间')}</small>}
        </div>
      )}
      <Trouble problem={problem.value} />
      <button type="submit" class="button main" aria-disabled={busy.value || !complete}>
        {problem.value ? t('重试') : t('记下走访')}
      </button>
    </form>
  );
}
