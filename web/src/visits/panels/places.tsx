/** Key places: how near a worker's track came, and how long it stayed. */
import { fetchKeyPlaces, type KeyPlace } from '../../api/visits';
import { duration } from '../../format';
import { lang } from '../../look';
import { Empty, Show } from '../../panels/states';
import { ready } from '../../resource';
import { ALL, days, gridName, places } from '../data';
import { t } from '../i18n';
import { placeTable } from '../tables';
import { LastWeek } from './last-week';
import { LongList } from './long-list';
import { Download, Tools, WhichDays, WhichGrid } from './tools';

export function Places() {
  const answer = ready(places.state.value);
  return (
    <>
      <Tools>
        <WhichGrid />
        <WhichDays usual={t('最近七天')} />
        {answer && answer.places.length > 0 && (
          <Download name="key-places" rows={async () => placeTable((await fetchKeyPlaces({ ...days.peek(), limit: ALL })).places)} />
        )}
      </Tools>
      <p class="fair">{t('巡查到没有，看网格员的轨迹离得多近、停了多久；一天过完以后才有。')}</p>
      <Show of={places}>
        {({ places: all }) =>
          all.length === 0 ? (
            <>
              <Empty>{t('这些天没有要害部位的记录。换几天，或用 gis-grid import FILE --as key-places 导入要害部位。')}</Empty>
              <LastWeek />
            </>
          ) : (
            <LongList rows={all}>{(one) => <Row key={`${one.date}${one.worker_code}${one.place}`} one={one} />}</LongList>
          )
        }
      </Show>
    </>
  );
}

function Row({ one }: { one: KeyPlace }) {
  const { nearest_m: nearest, stayed_s: stayed, is_inspected: is, asked } = one;
  const [how, sign, word] =
    nearest === null
      ? ['no_track', '–', t('没有轨迹')]
      : is
        ? ['proved', '✓', t('到过')]
        : ['unproved', '?', t('没有到够')];
  return (
    <li>
      <p class="main-line">
        <span class="time">{one.date}</span> <b>{one.place}</b> <span class="quiet">{gridName(one.grid)}</span>{' '}
        <span class="code">{one.worker_code}</span>
      </p>
      <p class={`proof ${how}`}>
        <span aria-hidden="true">{sign} </span>
        {word}
        {nearest !== null && (
          <span class="quiet">
            {' '}
            {t('最近 {m} 米，停留 {stayed}', { m: Math.round(nearest), stayed: duration(stayed, lang.value) })} ·{' '}
            {t('要求 {within} 米内停留 {stayed}', {
              within: Math.round(asked.within_m),
              stayed: duration(asked.at_least_s, lang.value),
            })}
          </span>
        )}
      </p>
    </li>
  );
}
