/** The chosen day on a line: what class each minute was in. A click goes to that piece on the map. */
import type { Track } from '../api/shapes';
import { track } from '../data';
import { clock, duration } from '../format';
import { t } from '../i18n';
import { CLASSES, LOOKS } from '../map/looks';
import { ready } from '../resource';
import { focusInterval, lang } from '../state';
import { flaggedFixesOf, piecesOf, runsOf, secondsByClass, type Piece } from '../track';
import { CLASS_WORD } from '../words';

export function DayStrip() {
  const shown = ready(track.state.value);
  if (track.state.value.status === 'loading') return <div class="strip loading-strip" aria-hidden="true" />;
  return shown && runsOf(shown).length > 0 ? <Strip track={shown} /> : null;
}

function Strip({ track: shown }: { track: Track }) {
  const runs = runsOf(shown);
  const starts = runs.map(({ properties }) => Date.parse(properties.start));
  const ends = runs.map(({ properties }) => Date.parse(properties.end));
  const [from, to] = [Math.min(...starts), Math.max(...ends)];
  const sums = secondsByClass(runs);
  const words = CLASSES.toReversed().map((name) => `${t(CLASS_WORD[name])} ${duration(sums[name], lang.value)}`);
  const flagged = flaggedFixesOf(shown).length;
  return (
    <section class="strip" aria-label={t('当天时间线')}>
      <div class="line" role="img" aria-label={t('时间线：{summary}', { summary: words.join('，') })}>
        {piecesOf(runs, from, to).map((piece) => (
          <Stretch key={piece.start} piece={piece} />
        ))}
      </div>
      <div class="ticks" aria-hidden="true">
        <span>{clock(runs[0]?.properties.start ?? '').slice(0, 5)}</span>
        <span>{clock(runs.at(-1)?.properties.end ?? '').slice(0, 5)}</span>
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

function Stretch({ piece }: { piece: Piece }) {
  const { from, to, start, end } = piece;
  const place = { left: `${from * 100}%`, width: `max(1px, ${(to - from) * 100}%)` };
  const title = `${t(CLASS_WORD[piece.class])} ${clock(start)}–${clock(end)}`;
  // The same stretches are buttons in the verdict cards, so this one is for the pointer only.
  return (
    <i class={`class-${piece.class}`} style={place} title={title} onClick={() => (focusInterval.value = { start, end })} />
  );
}
