/** How old what is shown is, and what the page does about it. */
import { zone } from '../../about';
import { clock } from '../../format';
import { inThisLook } from '../../look';
import { told } from '../../told';
import { freshness } from '../age';
import { ageMs, beat, connection, now, tryNow } from '../feed';
import { t } from '../i18n';

const SIGN = { fresh: '●', late: '◐', old: '○' } as const;

export function FeedBadge() {
  const age = ageMs.value;
  const { is } = connection.value;
  if (age === null) return is === 'open' ? <NoEngine /> : <Link />;
  const state = freshness(age);
  const words =
    state === 'old' && beat.value
      ? t('{at} 以后没有新消息', { at: clock(beat.value.at, zone.value) })
      : t('{n} 秒前', { n: Math.floor(age / 1000) });
  return (
    <div class="feed">
      <p class={`badge ${state}`}>
        <span aria-hidden="true">{SIGN[state]}</span> {words}
      </p>
      <p class="link-state" role="status">
        {state === 'old' && is === 'open' && t('实时引擎没有应答')}
        <LinkWords />
      </p>
    </div>
  );
}

function NoEngine() {
  return (
    <div class="feed">
      <p class="badge late" role="status">
        <span aria-hidden="true">○</span> {t('实时引擎还没有运行过')}
      </p>
    </div>
  );
}

function Link() {
  return (
    <div class="feed">
      <p class="link-state" role="status">
        <LinkWords />
        {connection.value.is === 'connecting' && t('正在连接…')}
      </p>
    </div>
  );
}

/** Only what is not as it should be has words. */
function LinkWords() {
  const link = connection.value;
  if (link.is === 'signed out') {
    return (
      <>
        {t('已退出登录：')}
        <a href={inThisLook('/sign-in/', { next: location.pathname + location.search })}>{t('请重新登录')}</a>
      </>
    );
  }
  if (link.is !== 'waiting') return null;
  return (
    <>
      {/* What answers and refuses says why. */}
      {link.problem.status === null ? t('连接断了，正在重试') : t('{why}，正在重试', { why: told(link.problem).title })} <Countdown until={link.until} />{' '}
      <button type="button" class="link" onClick={tryNow}>
        {t('现在就试')}
      </button>
    </>
  );
}

/** Not read out each second. */
function Countdown({ until }: { until: number }) {
  now.value;
  const n = Math.max(0, Math.ceil((until - Date.now()) / 1000));
  return <span aria-hidden="true">{n > 1 && t('（{n} 秒）', { n })}</span>;
}
