/** When it was found: now, unless one says otherwise. */
import { zone } from '../../about';
import { fieldTime } from '../../local-time';
import { form, write } from '../form';
import { t } from '../i18n';
import { Lacking, Step } from './step';

export function WhenStep() {
  const { at } = form.value;
  const now = (): string => fieldTime(new Date().toISOString(), zone.value);
  return (
    <Step n={4} id="when" title={t('什么时候')}>
      <div class="ways" role="group" aria-labelledby="when">
        <button type="button" aria-pressed={at === null} onClick={() => write({ at: null })}>
          {t('现在')}
        </button>
        <button type="button" aria-pressed={at !== null} onClick={() => write({ at: at ?? now() })}>
          {t('别的时间')}
        </button>
      </div>
      {at !== null && (
        <div class="field">
          <label for="at">{t('发现的时间（{zone}）', { zone: zone.value })}</label>
          <input
            id="at"
            type="datetime-local"
            max={now()}
            value={at}
            onInput={(event) => write({ at: event.currentTarget.value })}
          />
          <small>{t('最近 31 天内，不晚于现在')}</small>
        </div>
      )}
      <Lacking what="time" />
    </Step>
  );
}
