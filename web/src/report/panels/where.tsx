/** Where it is: a pin, an address, or only the community; and at once in which grid that lies. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Located } from '../../api/types';
import { MapView } from '../../map/map-view';
import { Loading, Show } from '../../panels/states';
import { areas, communities, located, unplaced } from '../data';
import type { Word } from '../dictionary';
import type { How } from '../draft';
import { form, write } from '../form';
import { t } from '../i18n';
import { putAtMiddle } from '../pin';
import { MyPosition } from './my-position';
import { Lacking, Step } from './step';

const HOWS: Record<How, Word> = { point: '地图上的点', address: '写地址', community: '只知道社区' };

export function WhereStep() {
  const { how } = form.value;
  return (
    <Step n={3} id="where" title={t('在哪里')}>
      <div class="ways" role="group" aria-labelledby="where">
        {(Object.keys(HOWS) as How[]).map((one) => (
          <button key={one} type="button" aria-pressed={how === one} onClick={() => write({ how: one })}>
            {t(HOWS[one])}
          </button>
        ))}
      </div>
      {how === 'point' ? <OnTheMap /> : <InWords withAddress={how === 'address'} />}
      <Lacking what="place" />
    </Step>
  );
}

function OnTheMap() {
  const hasPin = form.value.lon !== null;
  return (
    <>
      <div class="with-map">
        <OnceSeen />
      </div>
      <div class="pin-tools">
        <MyPosition />
        <button
          type="button"
          class="button"
          aria-disabled={putAtMiddle.value === null}
          onClick={() => putAtMiddle.value?.()}
        >
          {t('点在地图中央')}
        </button>
        {hasPin && (
          <button type="button" class="button" onClick={() => write({ lon: null, lat: null })}>
            {t('拿掉图钉')}
          </button>
        )}
      </div>
      <div class="located" role="status">
        {hasPin ? <Show of={located}>{(where) => <p>{sentenceOf(where)}</p>}</Show> : <p>{t('还没有图钉')}</p>}
      </div>
      <p class="note">{t('点一下地图放图钉；键盘用方向键移动地图，再按“点在地图中央”。')}</p>
    </>
  );
}

/** The map is fetched when its place comes into view: a phone may never get there. */
function OnceSeen() {
  const place = useRef<HTMLDivElement>(null);
  const seen = useSignal(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      seen.value = true;
      observer.disconnect();
    });
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  if (seen.value) return <MapView load={() => import('../map')} areas={areas} all={t('看全部网格')} />;
  return (
    <div class="map" ref={place}>
      <Loading />
    </div>
  );
}

function sentenceOf({ grid, community, nearest }: Located): string {
  if (grid) return `✓ ${t('在 {grid}（{community}）', { grid: grid.name, community: community?.name ?? '' })}`;
  if (!nearest) return `○ ${t('不在你能看到的网格内')}`;
  const m = Math.round(nearest.distance_m);
  return `○ ${t('不在任何网格内；最近的是 {grid}，相距 {m} 米', { grid: nearest.name, m })}`;
}

function InWords({ withAddress }: { withAddress: boolean }) {
  const { address, community } = form.value;
  return (
    <div class="in-words">
      {withAddress && (
        <div class="field">
          <label for="address">{t('地址')}</label>
          <input
            id="address"
            maxLength={500}
            autocomplete="off"
            placeholder={t('例如：建设路 12 号 3 单元门口')}
            value={address}
            onInput={(event) => write({ address: event.currentTarget.value })}
          />
        </div>
      )}
      <div class="field">
        <label for="community">{t('社区')}</label>
        <select
          id="community"
          value={community}
          onChange={(event) => write({ community: event.currentTarget.value })}
        >
          <option value="">{unplaced.value ? t('选社区') : t('我自己的社区')}</option>
          {communities.value.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <p class="note">{t('没有点就不在地图上，也不归某个网格。')}</p>
    </div>
  );
}
