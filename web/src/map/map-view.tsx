/** The place of the map: loads it after the shell and says so when it cannot be shown. */
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { about } from '../about';
import type { Areas } from '../api/shapes';
import { t } from '../i18n';
import { Loading } from '../panels/states';
import { ready, settled, type Resource } from '../resource';
import { isBuilt } from './built';
import type { CreateMap, MapHandle } from './new-map';

type Stage = 'loading' | 'shown' | 'no WebGL' | 'not loaded';

/** `load` fetches what makes the map, `all` says what the button shows that brings everything into view. */
export function MapView(props: { load: () => Promise<{ createMap: CreateMap }>; areas: Resource<Areas>; all: string }) {
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<MapHandle | null>(null);
  const stage = useSignal<Stage>('loading');
  const trouble = useSignal(false);

  useEffect(() => {
    let gone = false;
    let endNaming = (): void => undefined;
    const nameIt = (): void => element.current?.querySelector('canvas')?.setAttribute('aria-label', t('地图'));
    const start = async (): Promise<void> => {
      const [{ createMap }] = await Promise.all([props.load(), settled(about)]);
      isBuilt.value = ready(about.state.peek())?.basemap ?? false;
      if (gone || !element.current) return;
      handle.current = createMap(element.current, t('地图'), () => (trouble.value = true));
      stage.value = 'shown';
      endNaming = effect(nameIt);
    };
    start().catch((error: unknown) => {
      stage.value = /WebGL/.test(String(error)) ? 'no WebGL' : 'not loaded';
      console.error(error);
    });
    return () => {
      gone = true;
      endNaming();
      handle.current?.remove();
    };
  }, []);

  return (
    <div class="map">
      <div class="canvas" ref={element} aria-busy="true" />
      <Synthetic areas={props.areas} />
      {stage.value === 'loading' && <Loading text={t('正在加载地图…')} />}
      {(stage.value === 'no WebGL' || stage.value === 'not loaded') && (
        <div class="failed" role="alert">
          <strong>{t('地图无法显示')}</strong>
          <p>
            {stage.value === 'no WebGL'
              ? t('浏览器没有 WebGL 2；列表和判定不受影响。')
              : t('请确认程序仍在运行，然后重试。')}
          </p>
        </div>
      )}
      {trouble.value && (
        <p class="trouble" role="status">
          {t('底图的部分图块没有取到')}
        </p>
      )}
      {stage.value === 'shown' && <Buttons handle={() => handle.current} all={props.all} />}
    </div>
  );
}

/** Nobody may take the sample town for a real place. */
function Synthetic({ areas }: { areas: Resource<Areas> }) {
  const shown = ready(areas.state.value)?.features.some(({ properties }) => properties.synthetic);
  return shown ? <p class="synthetic">{t('合成的示例数据，不是真实地点')}</p> : null;
}

function Buttons({ handle, all }: { handle: () => MapHandle | null; all: string }) {
  const buttons = [
    { word: t('放大'), sign: '+', act: (map: MapHandle) => map.zoomBy(1) },
    { word: t('缩小'), sign: '−', act: (map: MapHandle) => map.zoomBy(-1) },
    { word: all, sign: '⤢', act: (map: MapHandle) => map.showAll() },
  ];
  return (
    <div class="zoom">
      {buttons.map(({ word, sign, act }) => (
        <button
          key={sign}
          type="button"
          aria-label={word}
          title={word}
          onClick={() => {
            const map = handle();
            if (map) act(map);
          }}
        >
          {sign}
        </button>
      ))}
    </div>
  );
}
