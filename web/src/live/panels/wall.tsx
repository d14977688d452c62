/** For a large screen: one figure, who is there, what calls; nothing to press. */
import { zone } from '../../about';
import { shortClock } from '../../format';
import { chosenArea, openAlerts } from '../data';
import { now } from '../feed';
import { t } from '../i18n';
import { showWall } from '../state';
import { Coverage } from './coverage';
import { WhyEmpty } from './empty';
import { FeedBadge } from './feed-badge';
import { Queue } from './queue';

export function Wall() {
  const at = new Date(now.value).toISOString();
  return (
    <>
      <div class="over-wall">
        <h1>{chosenArea.value ?? t('网格图')}</h1>
        <time dateTime={at}>{shortClock(at, zone.value)}</time>
      </div>
      <FeedBadge />
      <WhyEmpty />
      <Coverage />
      <h2 class="calls">
        {t('告警')} <b>{openAlerts.value.length}</b>
      </h2>
      <Queue />
      <button type="button" class="leave" onClick={() => showWall(false)}>
        {t('离开大屏（Esc）')}
      </button>
    </>
  );
}
