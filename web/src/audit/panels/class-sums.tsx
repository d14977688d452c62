/** How long the worker was in each class, with how it is drawn, and how many fixes were left out. */
import { duration } from '../../format';
import { t } from '../i18n';
import { CLASSES, LOOKS } from '../map/looks';
import { replay } from '../replay/replay';
import { lang } from '../state';
import { secondsByClass } from '../track';
import { CLASS_WORD } from '../../words';

export function ClassSums() {
  const shown = replay.value;
  if (!shown) return null;
  const sums = secondsByClass(shown.stretches);
  return (
    <ul class="classes">
      {CLASSES.toReversed().map((name) => (
        <li key={name}>
          <svg width="30" height="10" aria-hidden="true">
            <line
              class={`class-${name}`}
              x1="2"
              x2="28"
              y1="5"
              y2="5"
              stroke-width={LOOKS[name].width}
              stroke-dasharray={LOOKS[name].dash?.map((part) => part * LOOKS[name].width).join(' ')}
            />
          </svg>
          {t(CLASS_WORD[name])} <b>{duration(sums[name], lang.value)}</b>
        </li>
      ))}
      <li>
        <span class="flagged" aria-hidden="true">
          ✕
        </span>
        {t('排除的定位点')} <b>{shown.flagged.length}</b>
      </li>
    </ul>
  );
}
