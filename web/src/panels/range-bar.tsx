/** Lower, best and upper against what is required, on one line. */
import type { Outcome } from '../api/shapes';
import { duration, shortDuration } from '../format';
import { t } from '../i18n';
import { lang } from '../state';

interface Range {
  required_s: number;
  lower_s: number;
  best_s: number;
  upper_s: number;
  outcome: Outcome;
}

const HEIGHT = 14;

export function RangeBar({ required_s, lower_s, best_s, upper_s, outcome }: Range) {
  const longest = Math.max(required_s, upper_s) * 1.08 || 1;
  const at = (seconds: number): string => `${(seconds / longest) * 100}%`;
  const words = [
    `${t('至少')} ${duration(lower_s, lang.value)}`,
    `${t('最可能')} ${duration(best_s, lang.value)}`,
    `${t('至多')} ${duration(upper_s, lang.value)}`,
  ];
  return (
    <div class={`range ${outcome}`}>
      <svg width="100%" height={HEIGHT + 8} role="img" aria-label={words.join(' ≤ ')}>
        <rect class="ground" x="0" y="4" width="100%" height={HEIGHT} rx="4" />
        <rect class="sure" x="0" y="4" width={at(lower_s)} height={HEIGHT} rx="4" />
        <rect class="open" x={at(lower_s)} y="4" width={at(upper_s - lower_s)} height={HEIGHT} />
        <line class="best" x1={at(best_s)} x2={at(best_s)} y1="2" y2={HEIGHT + 6} />
        <line class="need" x1={at(required_s)} x2={at(required_s)} y1="0" y2={HEIGHT + 8} />
      </svg>
      <p class="numbers" aria-hidden="true">
        <span>
          {t('至少')} {shortDuration(lower_s)}
        </span>
        <span>≤</span>
        <b>
          {t('最可能')} {shortDuration(best_s)}
        </b>
        <span>≤</span>
        <span>
          {t('至多')} {shortDuration(upper_s)}
        </span>
      </p>
    </div>
  );
}
