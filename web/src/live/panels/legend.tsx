/** What colours, patterns and signs on the map mean, and that looking at positions is written down. */
import { theme } from '../../look';
import { NEAR_ZOOM } from '../box';
import { t } from '../i18n';
import { SEEN_COLOUR, STATE_COLOUR } from '../map/colours';
import { SEEN } from '../seen';
import { view } from '../state';
import { STATES } from '../totals';
import { SEEN_WORD, STATE_SIGN, STATE_WORD } from '../words';

export function Legend() {
  const isNear = (view.value?.zoom ?? 0) >= NEAR_ZOOM;
  return (
    <details class="legend live-legend" open={matchMedia('(min-width: 900px)').matches}>
      <summary>{isNear ? t('单元：多久没人到过') : t('网格：多久没人到过')}</summary>
      <ul class="scale">
        {SEEN.map((one) => (
          <li key={one}>
            <i class={one === 'never' ? 'hatched' : undefined} style={one === 'never' ? undefined : { background: SEEN_COLOUR[theme.value][one] }} aria-hidden="true" />
            {t(SEEN_WORD[one])}
          </li>
        ))}
      </ul>
      {isNear && (
        <ul class="signs-of-states">
          {STATES.filter((state) => state !== 'off_duty').map((state) => (
            <li key={state}>
              <span style={{ color: STATE_COLOUR[theme.value][state] }} aria-hidden="true">
                {STATE_SIGN[state]}
              </span>{' '}
              {t(STATE_WORD[state])}
            </li>
          ))}
        </ul>
      )}
      <p class="note">
        {isNear ? t('画面里的位置正在被你查看：每小时记入台账一次，本人看得到。') : t('放大以后才显示人和位置；查看位置会记入台账。')}
      </p>
    </details>
  );
}
