/** Where the reader is, as the browser knows it: asked only when the button is pressed. */
import { useSignal } from '@preact/signals';
import type { Word } from '../dictionary';
import { write } from '../form';
import { t } from '../i18n';

const PATIENCE_MS = 20_000;
const DENIED = 1;

export function MyPosition() {
  const busy = useSignal(false);
  const said = useSignal<Word | null>(null);
  const accuracy = useSignal<number | null>(null);
  if (!('geolocation' in navigator) || !isSecureContext) return null;
  const find = (): void => {
    if (busy.value) return;
    busy.value = true;
    said.value = null;
    accuracy.value = null;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        busy.value = false;
        accuracy.value = Math.round(coords.accuracy);
        write({ lon: round(coords.longitude), lat: round(coords.latitude) });
      },
      ({ code }) => {
        busy.value = false;
        said.value = code === DENIED ? '浏览器不允许定位。点地图也可以。' : '没有定位成功。点地图，或再试一次。';
      },
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    );
  };
  return (
    <>
      <button type="button" class="button accent" aria-disabled={busy.value} onClick={find}>
        <span aria-hidden="true">◎ </span>
        {busy.value ? t('正在定位…') : t('我的位置')}
      </button>
      <small role="status">
        {said.value && t(said.value)}
        {accuracy.value !== null && t('定位精度约 {m} 米', { m: accuracy.value })}
      </small>
    </>
  );
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
