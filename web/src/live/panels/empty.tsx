/** Nothing to show: why, and what to do next. */
import { about } from '../../about';
import { Empty } from '../../panels/states';
import { inThisLook } from '../../look';
import { ready } from '../../resource';
import { may } from '../../session';
import { stateCounts, totals } from '../data';
import { beat, isKnown, liveGrids, workers } from '../feed';
import { t } from '../i18n';
import type { Which } from '../queue';
import { chooseCommunity, community } from '../state';

/** No alert. */
export function Nothing({ of }: { of: Which }) {
  if (!isKnown.value) return null;
  if (of === 'mine') return <Empty>{t('没有交给你的告警。用“未消除”看全部未消除的。')}</Empty>;
  return <Empty>{t('没有要处理的告警。出格、失联、未上岗和紧急事件会在这里出现。')}</Empty>;
}

/** What keeps the page from showing anything of now. */
export function WhyEmpty() {
  if (!isKnown.value) return null;
  if (liveGrids.value.size === 0) return beat.value === null ? <NoEngine /> : <NoGrid />;
  if (workers.value.size === 0) {
    return <Empty>{t('还没有网格员负责网格。用 gis-grid import FILE --as workers 导入。')}</Empty>;
  }
  if (totals.value.onDuty === 0 && stateCounts.value.in_grid === 0) return <NobodyNow />;
  return null;
}

function NoEngine() {
  return <Empty>{t('实时引擎还没有运行过：它随 gis-grid serve 或 gis-grid work 一起启动。')}</Empty>;
}

function NoGrid() {
  if (community.value !== null) {
    return (
      <div class="empty">
        <p>{t('这个区域里没有现行网格。')}</p>
        <button type="button" class="button" onClick={() => chooseCommunity(null)}>
          {t('看全部区域')}
        </button>
      </div>
    );
  }
  return (
    <Empty>
      {t('还没有现行网格。')} {may('plan') ? <a href={inThisLook('/plan/')}>{t('去区划')}</a> : t('请区划员发布一个方案。')}
    </Empty>
  );
}

function NobodyNow() {
  const { expected } = totals.value;
  const at = ready(about.state.value)?.live_start_by.slice(0, 5) ?? '';
  return (
    <Empty>
      {expected > 0
        ? t('现在没有人在岗。今天应到 {n} 人，最晚 {at} 开始。', { n: expected, at })
        : t('现在没有人在岗，今天也不用上岗。')}{' '}
      {t('网格员签到以后，位置会在几秒内出现。')}
    </Empty>
  );
}
