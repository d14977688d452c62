/** Sending, and what stood in its way. */
import { Trouble } from '../../panels/fields';
import { Sure } from '../../panels/sure';
import { likely } from '../data';
import { t, inARow } from '../i18n';
import { busy, missing, problem, send, startOver } from '../sending';
import { LACK_WORD } from './step';

export function Send() {
  const failed = problem.value;
  const words = busy.value
    ? t('正在发送…')
    : failed
      ? t('再发一次')
      : likely.value.length > 0
        ? t('都不是，仍要上报')
        : t('上报');
  return (
    <div class="send">
      <Trouble problem={failed} />
      {failed && <p class="note">{t('没有发出去。内容还在，同一编号再发一次不会变成两件。')}</p>}
      {missing.value.length > 0 && (
        <p class="lacking" role="alert">
          {t('还缺：{what}', { what: inARow(missing.value.map((lack) => t(LACK_WORD[lack]))) })}
        </p>
      )}
      <button type="submit" class="button main" aria-disabled={busy.value} onClick={() => void send()}>
        {words}
      </button>
      <Sure label={t('清空重填')} of={t('上报')} act={async () => startOver()} />
    </div>
  );
}
