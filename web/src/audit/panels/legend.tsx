/** What the map's colours and signs mean, and which points it shows. */
import { hazards, incidents, shownGrids } from '../data';
import { count } from '../../format';
import type { Word } from '../dictionary';
import { inThisLook } from '../../look';
import { t } from '../i18n';
import { ready, type Resource } from '../../resource';
import type { Reports } from '../../api/shapes';
import { replay } from '../replay/replay';
import { may } from '../../session';
import { lang, pointLayers, togglePoints } from '../state';
import type { PointLayer } from '../../url';
import { FailureOf } from '../../panels/states';

export function Legend() {
  const past = shownGrids.value?.day;
  return (
    <details class="legend" open={matchMedia('(min-width: 900px)').matches}>
      <summary>
        {t('图例')}
        {past && <small>{t('网格边界：{day} 12:00', { day: past })}</small>}
      </summary>
      {replay.value && <Replayed />}
      <p class="bands">
        <span>{t('目标 300–500 户')}</span>
        <span class="band over">▲ &gt;500</span>
        <span class="band in">300–500</span>
        <span class="band under">▼ &lt;300</span>
      </p>
      <fieldset>
        <legend class="visually-hidden">{t('图层')}</legend>
        {may('see_incidents') && (
          <>
            <Toggle layer="incident" word="事件" sign="●" of={incidents} />
            <Toggle layer="hazard" word="隐患" sign="◆" of={hazards} />
          </>
        )}
        {may('see_reports') && <a href={inThisLook('/reports/')}>{t('看热力图')}</a>}
      </fieldset>
    </details>
  );
}

/** How the track is drawn. */
function Replayed() {
  return (
    <p class="replayed">
      <span>
        <i class="is-ahead" />
        {t('未回放')}
      </span>
      <span>
        <i class="is-played" />
        {t('已回放')}
      </span>
      <span>
        <i class="is-asked" />
        {t('所选规则')}
      </span>
      <small>{t('线型按类别')}</small>
    </p>
  );
}

function Toggle(props: { layer: PointLayer; word: Word; sign: string; of: Resource<Reports> }) {
  const shown = pointLayers.value.includes(props.layer);
  const loaded = props.of.state.value;
  const answer = ready(loaded);
  const matched = answer?.numberMatched ?? answer?.features.length ?? 0;
  const some = answer && answer.features.length < matched;
  return (
    <>
      <label class={props.layer}>
        <input type="checkbox" checked={shown} onChange={() => togglePoints(props.layer)} />
        <span aria-hidden="true">{props.sign}</span> {t(props.word)}
        {answer && <b> {count(answer.features.length, lang.value)}</b>}
        {loaded.status === 'loading' && <i class="spin" role="status" aria-label={t('正在加载…')} />}
      </label>
      {some && <small>{t('显示最近 {n} 条，共 {all} 条', { n: answer.features.length, all: matched })}</small>}
      <FailureOf of={props.of} />
    </>
  );
}
