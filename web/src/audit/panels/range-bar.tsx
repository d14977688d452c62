/** Lower, best and upper against what is required, on one line. */
import type { Outcome } from '../../api/shapes';
import { amount, shortAmount } from '../../format';
import type { Unit } from '../../format';
import { t } from '../i18n';
import { lang } from '../state';

interface Range {
  unit: Unit;
  required: number;
  lower: number;
  best: number;
  upper: number;
  outcome: Outcome;
}

const HEIGHT = 14;

export function RangeBar({ unit, required, lower, best, upper, outcome }: Range) {
  const longest = Math.max(required, upper) * 1.08 || 1;
  const at = (value: number): string => `${(value / longest) * 100}%`;
  const words = [
    `${t('至少')} ${amount(lower, unit, lang.value)}`,
    `${t('最可能')} ${amount(best, unit, lang.value)}`,
    `${t('至多')} ${amount(upper, unit, lang.value)}`,
  ];
  return (
    <div class={`range ${outcome}`}>
      <svg width="100%" height={HEIGHT + 8} role="img" aria-label={words.join(' ≤ ')}>
        <rect class="ground" x="0" y="4" width="100%" height={HEIGHT} rx="4" />
        <rect class="sure" x="0" y="4" width={at(lower)} height={HEIGHT} rx="4" />
        <rect class="open" x={at(lower)} y="4" width={at(upper - lower)} height={HEIGHT} />
        <line class="best" x1={at(best)} x2={at(best)} y1="2" y2={HEIGHT + 6} />
        <line class="need" x1={at(required)} x2={at(required)} y1="0" y2={HEIGHT + 8} />
      </svg>
      <p class="numbers" aria-hidden="true">
        <span>
          {t('至少')} {shortAmount(lower, unit, lang.value)}
        </span>
        <span>≤</span>
        <b>
          {t('最可能')} {shortAmount(best, unit, lang.value)}
        </b>
        <span>≤</span>
        <span>
          {t('至多')} {shortAmount(upper, unit, lang.value)}
        </span>
      </p>
    </div>
  );
}
