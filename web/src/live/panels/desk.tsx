/** What stands beside the map: freshness, figures, and what calls or who is there. */
import { openAlerts } from '../data';
import { count } from '../../format';
import { lang } from '../../look';
import { workers } from '../feed';
import { t } from '../i18n';
import { helpShown, showTab, showWall, tab } from '../state';
import { isSoundOn, switchSound } from '../telling';
import type { Tab as TabName } from '../url';
import { AreaChooser } from './area-chooser';
import { Coverage } from './coverage';
import { WhyEmpty } from './empty';
import { FeedBadge } from './feed-badge';
import { Queue } from './queue';
import { WorkerList } from './worker-list';

export function Desk() {
  return (
    <>
      <h1 class="visually-hidden">{t('实时')}</h1>
      <div class="over-desk">
        <FeedBadge />
        <span class="spacer" />
        <Tools />
      </div>
      <AreaChooser />
      <WhyEmpty />
      <Coverage />
      <div class="tabs" role="group" aria-label={t('看什么')}>
        <Tab name="alerts" word={t('告警')} of={openAlerts.value.length} />
        <Tab name="workers" word={t('人员')} of={workers.value.size} />
      </div>
      {tab.value === 'alerts' ? <Queue /> : <WorkerList />}
    </>
  );
}

function Tab({ name, word, of }: { name: TabName; word: string; of: number }) {
  return (
    <button type="button" aria-pressed={tab.value === name} onClick={() => showTab(name)}>
      {word} <b>{count(of, lang.value)}</b>
    </button>
  );
}

function Tools() {
  return (
    <>
      <button type="button" class="icon" aria-pressed={isSoundOn.value} title={t('紧急事件的提示音')} onClick={switchSound}>
        <span aria-hidden="true">♪</span>
        <span class="visually-hidden">{t('紧急事件的提示音')}</span>
      </button>
      <button type="button" class="icon" title={t('大屏（W）')} onClick={() => showWall(true)}>
        <span aria-hidden="true">⤢</span>
        <span class="visually-hidden">{t('大屏（W）')}</span>
      </button>
      <button type="button" class="icon" title={t('键盘')} onClick={() => (helpShown.value = true)}>
        <span aria-hidden="true">?</span>
        <span class="visually-hidden">{t('键盘')}</span>
      </button>
    </>
  );
}
