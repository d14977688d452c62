/** The chosen day on a line: what class each minute was in. A click goes to that piece on the map. */
import type { Track } from '../../api/shapes';
import { days, track, zone } from '../data';
import { clock, duration, shortClock } from '../../format';
import { t } from '../i18n';
import { CLASSES, LOOKS } from '../map/looks';
import { ready } from '../../resource';
import { day, focusInterval, lang } from '../state';
import { flaggedFixesOf, piecesOf, runsOf, secondsByClass, stretchesOf, type Piece } from '../track';
import { CLASS_WORD } from '../../words';

export function DayStrip() {
  const shown = ready(track.state.value);
  if (track.state.value.status === 'loading') return <div class="strip loading-strip" aria-hidden="true" />;
  return shown && <Strip track={shown} />;
}

function Strip({ track: shown }: { track: Track }) {
  const patrols = (ready(days.state.value)?.patrols ?? []).filter(({ date }) => date === day.value);
  const stretches = stretchesOf(runsOf(shown), patrols);
  const [first] = stretches;
  const last = stretches.at(-1);
  if (!first || !last) return null;
  const sums = secondsByClass(stretches);
  const words = CLASSES.toReversed().map((name) => `${t(CLASS_WORD[name])} ${duration(sums[name], lang.value)}`);
  const flagged = flaggedFixesOf(shown).length;
  return (
    <section class="strip" aria-label={t('当天时间线')}>
      <div class="line" role="img" aria-label={t('时间线：{summary}', { summary: words.join('，') })}>
        {piecesOf(stretches).map((piece) => (
          <OnTheLine key={piece.start} piece={piece} />
        ))}
      </div>
      <div class="ticks" aria-hidden="true">
        <span>{shortClock(first.start, zone.value)}</span>
        <span>{shortClock(last.end, zone.value)}</span>
      </div>
      <ul class="classes">
        {CLASSES.toReversed().map((name) => (
          <li key={name}>
            <svg width="30" height="10" aria-hidden="true">
              <line
                class={`class-${name}`}
                x1="2"
                x2="28"
                y1="5"
                y2="5"
                stroke-width={LOOKS[name].width}
                stroke-dasharray={LOOKS[name].dash?.map((part) => part * LOOKS[name].width).join(' ')}
              />
            </svg>
            {t(CLASS_WORD[name])} <b>{duration(sums[name], lang.value)}</b>
          </li>
        ))}
        <li>
          <span class="flagged" aria-hidden="true">
            ✕
          </span>
          {t('排除的定位点')} <b>{flagged}</b>
        </li>
      </ul>
    </section>
  );
}

function OnTheLine({ piece }: { piece: Piece }) {
  const { from, to, start, end } = piece;
  const place = { left: `${from * 100}%`, width: `max(1px, ${(to - from) * 100}%)` };
  const title = `${t(CLASS_WORD[piece.class])} ${clock(start, zone.value)}–${clock(end, zone.value)}`;
  // The same stretches are buttons in the verdict cards, so this one is for the pointer only.
  return (
    <i class={`class-${piece.class}`} style={place} title={title} onClick={() => (focusInterval.value = { start, end })} />
  );
}
