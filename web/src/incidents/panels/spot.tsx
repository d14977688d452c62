/** A place on the map that somebody pointed at: the way to report something there. */
import { inThisLook } from '../../look';
import { may } from '../../session';
import { t } from '../i18n';
import { spot } from '../state';

export function Spot() {
  const at = spot.value;
  if (!at || !may('report_incidents')) return null;
  const place = { lon: at.lon.toFixed(6), lat: at.lat.toFixed(6) };
  return (
    <p class="spot" role="status">
      <a class="button main" href={inThisLook('/report/', place)}>
        {t('在这里上报')}
      </a>
      <button type="button" class="icon" aria-label={t('取消')} onClick={() => (spot.value = null)}>
        ✕
      </button>
    </p>
  );
}
