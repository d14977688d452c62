/** Nothing is chosen: the whole in numbers, and the grids that need a planner. */
import type { Grids, GridFeature } from '../../api/shapes';
import type { Worker } from '../../api/types';
import { grids, workers } from '../data';
import { count } from '../../format';
import { t } from '../i18n';
import { alone, may, me } from '../../session';
import { chooseWorker, lang } from '../state';
import { BAND_SIGN, BAND_WORD, OUTCOME_WORD } from '../../words';
import { OutcomeSign } from '../../panels/outcome';
import { OpenContests } from './contests';
import { HOUSEHOLDS } from './grid-facts';
import { Empty, Show } from '../../panels/states';

export function Overview() {
  return (
    <>
      <h1>{t('概况')}</h1>
      <Show of={grids}>
        {(collection) =>
          collection.features.length === 0 ? (
            <Empty>{t('还没有网格。用 gis-grid import FILE --as grids 导入边界。')}</Empty>
          ) : (
            <>
              <Totals collection={collection} />
              <Lead />
              {may('review_contests') && <OpenContests />}
              {may('see_verdicts') && <AllVerdicts />}
              <OutOfRange collection={collection} />
            </>
          )
        }
      </Show>
    </>
  );
}

function Totals({ collection: { features } }: { collection: Grids }) {
  const sum = features.reduce((total, { properties }) => total + properties.households, 0);
  const communities = new Set(features.map(({ properties }) => properties.community_code)).size;
  const facts = [
    [t('户数'), sum],
    [t('网格'), features.length],
    [t('社区'), communities],
  ] as const;
  return (
    <dl class="totals">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count(value, lang.value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What to do next; for a worker the way back to oneself. */
function Lead() {
  const myself = alone.value && me.value?.worker;
  if (myself) {
    return (
      <button type="button" class="lead" onClick={() => chooseWorker(myself, null)}>
        {t('看我自己的判定')} →
      </button>
    );
  }
  return (
    <p class="lead">
      {may('see_verdicts')
        ? t('选一名网格员，或点击地图上的网格，查看两周的判定。')
        : t('点击地图上的网格，查看它的户数和建筑。')}
    </p>
  );
}

/** The verdicts on all workers by outcome, as a bar and in numbers. */
function AllVerdicts() {
  return (
    <section aria-labelledby="judged">
      <h2 id="judged">{alone.value ? t('我的判定') : t('全部网格员的判定')}</h2>
      <Show of={workers}>
        {({ workers: all }) => {
          const parts = (['met', 'review', 'short'] as const).map((outcome) => ({
            outcome,
            verdicts: sum(all, outcome),
          }));
          const [contested, setAside] = [sum(all, 'contested'), sum(all, 'set_aside')];
          return (
            <>
              <div class="shares" aria-hidden="true">
                {parts.map(({ outcome, verdicts }) => (
                  <i key={outcome} class={outcome} style={{ flexGrow: verdicts }} />
                ))}
              </div>
              <ul class="share-names">
                {parts.map(({ outcome, verdicts }) => (
                  <li key={outcome}>
                    <OutcomeSign outcome={outcome} /> {t(OUTCOME_WORD[outcome])} <b>{count(verdicts, lang.value)}</b>
                  </li>
                ))}
              </ul>
              {contested + setAside > 0 && (
                <p class="note">
                  {t('另有 {n} 条有异议，{m} 条经复核不计。', { n: contested, m: setAside })}
                </p>
              )}
            </>
          );
        }}
      </Show>
    </section>
  );
}

const sum = (workers: readonly Worker[], counted: keyof Worker['outcomes']): number =>
  workers.reduce((total, worker) => total + worker.outcomes[counted], 0);

function deviation({ properties: { households } }: GridFeature): number {
  return Math.max(households - HOUSEHOLDS.max, HOUSEHOLDS.min - households);
}

function OutOfRange({ collection }: { collection: Grids }) {
  const found = collection.features.filter(({ properties }) => properties.band !== 'in');
  const worst = found.sort((a, b) => deviation(b) - deviation(a));
  return (
    <section aria-labelledby="out-of-range">
      <h2 id="out-of-range">{t('户数超出或不足的网格')}</h2>
      {worst.length === 0 && <Empty>{t('所有网格都在 300–500 户之间。')}</Empty>}
      <ul class="deviating">
        {worst.map(({ properties: grid }) => (
          <li key={grid.code}>
            <button type="button" onClick={() => chooseWorker(grid.worker_code, grid.code)}>
              <span>{grid.name}</span>
              <span class="number">{count(grid.households, lang.value)}</span>
              <span class={`band ${grid.band}`}>
                {BAND_SIGN[grid.band]} {t(BAND_WORD[grid.band])}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
