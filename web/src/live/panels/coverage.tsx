/** The figures that one reads from the far end of the room. */
import { count } from '../../format';
import { lang, theme } from '../../look';
import { chosenArea, isOfView, stateCounts, totals } from '../data';
import { isKnown, liveGrids } from '../feed';
import { t } from '../i18n';
import { STATE_COLOUR } from '../map/colours';
import { perCent, STATES } from '../totals';
import { STATE_SIGN, STATE_WORD } from '../words';
import type { WorkerState } from '../../api/types';
import { showTab } from '../state';
import { stateFilter } from './worker-list';

const n = (value: number): string => count(value, lang.value);

export function Coverage() {
  if (!isKnown.value || liveGrids.value.size === 0) return null;
  const { coverage, covered, walkable, expected, onDuty } = totals.value;
  return (
    <section class="figures" aria-label={t('覆盖与在岗')}>
      <div class="headline">
        <h2>{t('今日覆盖率')}</h2>
        <p class="figure">
          {coverage === null ? '–' : perCent(coverage)}
          <small>%</small>
        </p>
        <div class="meter" aria-hidden="true">
          <i style={{ width: `${(coverage ?? 0) * 100}%` }} />
        </div>
      </div>
      <div class="duty">
        <h2>{t('在岗 / 应到')}</h2>
        <p class="figure">
          {n(onDuty)}
          <small> / {n(expected)}</small>
        </p>
      </div>
      <p class="note">
        <Scope /> · {t('{a} / {b} 个单元', { a: n(covered), b: n(walkable) })}
      </p>
      <States />
    </section>
  );
}

/** Of what the figures are. */
function Scope() {
  const grids = n(totals.value.grids);
  if (isOfView.value) return <>{t('画面内 {n} 个网格', { n: grids })}</>;
  const area = chosenArea.value;
  return <>{area === null ? t('全部 {n} 个网格', { n: grids }) : t('{area} {n} 个网格', { area, n: grids })}</>;
}

/** Workers by state: a bar, and a button each that lists them. */
function States() {
  const counts = stateCounts.value;
  const shown = STATES.filter((state) => counts[state] > 0);
  const colours = STATE_COLOUR[theme.value];
  return (
    <div class="states">
      <div class="bar-of-states" aria-hidden="true">
        {shown.map((state) => (
          <i key={state} style={{ flexGrow: counts[state], background: colours[state] }} />
        ))}
      </div>
      <ul>
        {shown.map((state) => (
          <li key={state}>
            <button type="button" onClick={() => list(state)}>
              <span style={{ color: colours[state] }} aria-hidden="true">
                {STATE_SIGN[state]}
              </span>{' '}
              {t(STATE_WORD[state])} <b>{n(counts[state])}</b>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function list(state: WorkerState): void {
  stateFilter.value = state;
  showTab('workers');
}
