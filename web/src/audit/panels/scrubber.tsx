/** The day's classes on a line that is a slider too; what is asked for stands above it. */
import { useSignal } from '@preact/signals';
import type { Word } from '../dictionary';
import { duration, midnightOf } from '../../format';
import { CLASSES } from '../map/looks';
import { openDay, zone } from '../data';
import { t } from '../i18n';
import { marksOf } from '../replay/clock';
import { classAt } from '../replay/cursor';
import { chosenSpans, moment, replay, seek, type Replay } from '../replay/replay';
import { clockAt, shortClockAt } from '../replay/words';
import { lang } from '../state';
import { secondsByClass } from '../track';
import { CLASS_WORD } from '../../words';

const percent = (share: number): string => `${share * 100}%`;

/** A part of the line; what would vanish keeps some pixels. */
const part = (start: number, end: number, least: number) => ({
  left: percent(start),
  width: `max(${least}px, ${percent(end - start)})`,
});

export function Scrubber() {
  const shown = replay.value;
  const now = moment.value;
  if (!shown || now === null) return null;
  const { shareOf } = shown.scale;
  return (
    <div class="scrubber">
      <div class="asked" aria-hidden="true">
        {chosenSpans.value.map(({ from, to }) => (
          <i key={from} style={part(shareOf(from), shareOf(to), 3)} />
        ))}
      </div>
      <Line shown={shown} />
      <i class="ahead" aria-hidden="true" style={{ left: percent(shareOf(now)) }} />
      <Slider shown={shown} now={now} />
      <Marks shown={shown} />
    </div>
  );
}

/** The classes; the words of it are for those who do not see it. */
function Line({ shown }: { shown: Replay }) {
  const { shareOf, breaks } = shown.scale;
  const sums = secondsByClass(shown.stretches);
  const words = CLASSES.toReversed().map((name) => `${t(CLASS_WORD[name])} ${duration(sums[name], lang.value)}`);
  return (
    <div class="line" role="img" aria-label={t('时间线：{summary}', { summary: words.join('，') })}>
      {shown.stretches.map(({ class: name, start, end }) => (
        <i key={start} class={`class-${name}`} style={part(shareOf(Date.parse(start)), shareOf(Date.parse(end)), 1)} />
      ))}
      {breaks.map(({ start, end }) => (
        <i key={start} class="break" style={part(start, end, 4)} />
      ))}
    </div>
  );
}

/** The slider lies over the line; the pointer is told the time it is at. */
function Slider({ shown, now }: { shown: Replay; now: number }) {
  const { shareOf, momentAt } = shown.scale;
  const hovered = useSignal<number | null>(null);
  const shareUnder = (event: PointerEvent): number => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - left - OVERHANG) / (width - 2 * OVERHANG)));
  };
  return (
    <>
      <input
        type="range"
        aria-label={t('回放到')}
        aria-valuetext={momentWords(shown, now)}
        min="0"
        max="1"
        step="any"
        value={shareOf(now)}
        onInput={(event) => seek(momentAt(Number(event.currentTarget.value)))}
        onPointerMove={(event) => (hovered.value = shareUnder(event))}
        onPointerLeave={() => (hovered.value = null)}
      />
      {hovered.value !== null && (
        <span class="hovered" aria-hidden="true" style={{ left: percent(hovered.value) }}>
          {momentWords(shown, momentAt(hovered.value))}
        </span>
      )}
    </>
  );
}

/** The slider is so many pixels longer than the line at either end: half its thumb. */
const OVERHANG = 8;

function momentWords({ stretches }: Replay, ms: number): string {
  const name = classAt(stretches, ms);
  const word: Word = name ? CLASS_WORD[name] : '不在岗';
  return `${clockAt(ms, zone.value)} ${t(word)}`;
}

function Marks({ shown: { covered, scale } }: { shown: Replay }) {
  const midnight = Date.parse(midnightOf(openDay.value ?? '', zone.value));
  return (
    <div class="marks" aria-hidden="true">
      {marksOf(covered, midnight, 9).map((ms) => (
        <span key={ms} style={{ left: percent(scale.shareOf(ms)) }}>
          {shortClockAt(ms, zone.value)}
        </span>
      ))}
    </div>
  );
}
