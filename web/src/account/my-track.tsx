/** A worker's own right: who looked at the track, and everything that is held. */
import { zone } from '../about';
import { fetchLooks } from '../api/account';
import { dayAndTime } from '../format';
import { t } from './i18n';
import { Empty, Show } from '../panels/states';
import { resource } from '../resource';
import { me, may } from '../session';

const looks = resource(() => {
  const code = me.value?.worker;
  return code && may('see_looks') ? (abort) => fetchLooks(code, abort) : null;
});

const SHOWN = 50;

/** The reason that the program writes where nobody gave one. */
const ON_THE_MAP = 'shown on the map';

export function MyTrack({ code }: { code: string }) {
  return (
    <section class="panel" aria-labelledby="looks">
      <h2 id="looks">{t('谁看过我的轨迹')}</h2>
      <Show of={looks}>
        {({ looks: all }) =>
          all.length === 0 ? (
            <Empty>{t('还没有人看过。')}</Empty>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('时间')}</th>
                  <th scope="col">{t('谁')}</th>
                  <th scope="col">{t('看的哪天')}</th>
                  <th scope="col">{t('原因')}</th>
                </tr>
              </thead>
              <tbody>
                {all
                  .slice(-SHOWN)
                  .reverse()
                  .map((look) => (
                    <tr key={look.at}>
                      <td>{dayAndTime(look.at, zone.value)}</td>
                      <td>{look.own ? t('我自己') : <b>{look.actor}</b>}</td>
                      <td>{look.from === look.to ? look.from : `${look.from} – ${look.to}`}</td>
                      <td>{look.reason === ON_THE_MAP ? t('在地图上看') : look.reason}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          )
        }
      </Show>
      {may('take_own_data') && (
        <p class="take">
          <a class="button" href={`/api/workers/${encodeURIComponent(code)}/data`} download>
            {t('下载关于我的全部数据')}
          </a>
        </p>
      )}
    </section>
  );
}
