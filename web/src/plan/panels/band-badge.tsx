/** Over, under or in range: sign and word. */
import { t } from '../i18n';
import { BAND_SIGN, BAND_WORD } from '../../words';
import type { Band } from '../names';

export function BandBadge({ band }: { band: Band }) {
  return (
    <span class={`band-badge ${band}`}>
      {BAND_SIGN[band]} {t(BAND_WORD[band])}
    </span>
  );
}
