/** The way from days on which there is nothing to the last ones on which somebody visited. */
import { addDays, dayRange } from '../../format';
import { lang } from '../../look';
import { ready } from '../../resource';
import { lastVisit } from '../data';
import { t } from '../i18n';
import { choose, from, to } from '../state';

export function LastWeek() {
  const last = ready(lastVisit.state.value);
  if (!last) return null;
  const first = addDays(last, -6);
  const go = (): void => {
    from.value = first;
    to.value = last;
  };
  return (
    <button type="button" class="button main" onClick={() => choose(go)}>
      {t('去看 {range}', { range: dayRange(first, last, lang.value) })}
    </button>
  );
}
