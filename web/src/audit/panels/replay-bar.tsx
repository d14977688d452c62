/** The bar below the map: the day on a line, its clock, and what plays it. */
import { track, zone } from '../data';
import { t } from '../i18n';
import { ready } from '../../resource';
import { follow, playing, seekBy, stepSpeed, togglePlay } from '../replay/player';
import { helpIsOpen } from '../replay/listen';
import { SPEEDS, speedOf } from '../replay/clock';
import { moment, replay } from '../replay/replay';
import { clockAt, times } from '../replay/words';
import { speed } from '../state';
import { ClassSums } from './class-sums';
import { KeysHelp } from './keys-help';
import { Scrubber } from './scrubber';

export function ReplayBar() {
  if (track.state.value.status === 'loading') return <div class="strip loading-strip" aria-hidden="true" />;
  return ready(track.state.value) && replay.value && <Bar />;
}

function Bar() {
  return (
    <section class="strip" aria-label={t('当天时间线')}>
      <div class="player">
        <Play />
        <output class="clock">{clockAt(moment.value ?? 0, zone.value)}</output>
        <Steps />
        <SpeedChoice />
        <button
          type="button"
          class="toggle"
          aria-pressed={follow.value}
          aria-keyshortcuts="F"
          onClick={() => (follow.value = !follow.value)}
        >
          <span aria-hidden="true">◎</span> {t('跟随')}
        </button>
        <button
          type="button"
          class="icon help"
          aria-label={t('快捷键')}
          title={t('快捷键')}
          onClick={() => (helpIsOpen.value = true)}
        >
          ?
        </button>
      </div>
      <Scrubber />
      <ClassSums />
      {helpIsOpen.value && <KeysHelp />}
    </section>
  );
}

function Play() {
  return (
    <button
      type="button"
      class="play"
      aria-label={playing.value ? t('暂停') : t('回放')}
      aria-keyshortcuts="Space"
      onClick={togglePlay}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        {playing.value ? <path d="M3 2h3.5v12H3zM9.5 2H13v12H9.5z" /> : <path d="M3.5 1.5v13l10.5-6.5z" />}
      </svg>
      <span>{playing.value ? t('暂停') : t('回放')}</span>
    </button>
  );
}

function Steps() {
  return (
    <span class="by-seconds" role="group" aria-label={t('前后移动')}>
      <button type="button" class="icon" aria-label={t('后退 10 秒')} title={t('后退 10 秒')} onClick={() => seekBy(-10)}>
        ‹
      </button>
      <button type="button" class="icon" aria-label={t('前进 10 秒')} title={t('前进 10 秒')} onClick={() => seekBy(10)}>
        ›
      </button>
    </span>
  );
}

function SpeedChoice() {
  return (
    <span class="speed" role="group" aria-label={t('速度')}>
      <button type="button" class="icon" aria-label={t('更慢')} title={`${t('更慢')} [`} onClick={() => stepSpeed(-1)}>
        −
      </button>
      <select
        aria-label={t('速度')}
        value={speed.value}
        onChange={(event) => (speed.value = speedOf(Number(event.currentTarget.value)) ?? speed.peek())}
      >
        {SPEEDS.map((one) => (
          <option key={one} value={one}>
            {times(one)}
          </option>
        ))}
      </select>
      <button type="button" class="icon" aria-label={t('更快')} title={`${t('更快')} ]`} onClick={() => stepSpeed(1)}>
        +
      </button>
    </span>
  );
}
