/** Who looked at one's track. */
import { useSignal } from '@preact/signals';
import { dayAndTime } from '../../format';
import { inThisLook } from '../../look';
import { ShowKept } from '../../panels/kept';
import { Empty } from '../../panels/states';
import { looks, zone } from '../data';
import { t } from '../i18n';
import { byOthers, type Looked as LookedAt } from '../looks';

const FIRST_SHOWN = 5;

export function Looked() {
  return (
    <section class="card" aria-labelledby="looks">
      <h2 id="looks">{t('谁看过我的轨迹')}</h2>
      <ShowKept of={looks}>{({ looks: all }) => <List all={byOthers(all, zone.value)} />}</ShowKept>
      <p class="note">
        {t('自己看的不列在这里。')} <a href={inThisLook('/account/')}>{t('全部记录和我的数据')}</a>
      </p>
    </section>
  );
}

function List({ all }: { all: LookedAt[] }) {
  const most = useSignal(FIRST_SHOWN);
  if (all.length === 0) return <Empty>{t('还没有别人看过。有人看，就会记在这里。')}</Empty>;
  return (
    <>
      <ul class="rows">
        {all.slice(0, most.value).map(({ actor, reason, from, to, times, at }) => (
          <li key={`${at} ${actor} ${reason} ${from}`}>
            <p>
              <b>{actor}</b> {t('看了 {days} 的轨迹', { days: from === to ? from : `${from} – ${to}` })}
            </p>
            <p class="quiet">
              {dayAndTime(at, zone.value)} · {reasonWords(reason)}
              {times > 1 && ` · ${t('当天 {n} 次', { n: times })}`}
            </p>
          </li>
        ))}
      </ul>
      {all.length > most.value && (
        <button type="button" class="button more" onClick={() => (most.value += 20)}>
          {t('再显示一些')}
        </button>
      )}
    </>
  );
}

/** The reasons that the program writes where nobody gave one. */
function reasonWords(reason: string): string {
  switch (reason) {
    case 'shown on the map':
      return t('在地图上看');
    case 'read by a program':
      return t('由程序读取');
    case 'live map':
      return t('实时地图');
    default:
      return reason;
  }
}
