/** What is known at the moment of the clock: class, speed, accuracy, the fix, flags, the boundary, the rules. */
import type { ComponentChildren } from 'preact';
import { zone } from '../data';
import { duration, fullDay } from '../../format';
import { inARow, t } from '../i18n';
import { flagWords } from '../map/cards';
import type { Evidence, FixBehind } from '../replay/cursor';
import { boundaryNow, evidence, moment, rulesNow } from '../replay/replay';
import { clockAt, kilometresAnHour } from '../replay/words';
import { chosenGrid } from '../data';
import { lang } from '../state';
import { CLASS_WORD } from '../../words';

export function CursorPanel() {
  const known = evidence.value;
  const now = moment.value;
  if (!known || now === null) return null;
  return (
    <section class="cursor" aria-labelledby="at-the-cursor">
      <header>
        <h3 id="at-the-cursor">{t('此刻的依据')}</h3>
        <b class="clock">{clockAt(now, zone.value)}</b>
        <span class={`class-badge ${known.class ?? 'none'}`}>{t(known.class ? CLASS_WORD[known.class] : '不在岗')}</span>
      </header>
      <dl>
        <Fact name={t('时速')}>{speedWords(known.fix)}</Fact>
        <Fact name={t('精度')}>{accuracyWords(known.fix)}</Fact>
        <Fact name={t('定位点')} wide>
          {fixWords(known, now)}
        </Fact>
        <Fact name={t('标记')} wide>
          {flagsOf(known)}
        </Fact>
        <Fact name={t('计入')} wide>
          {rulesNow.value.length > 0 ? inARow(rulesNow.value) : t('无')}
        </Fact>
        <Fact name={t('现行边界')} wide>
          <Boundary />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, wide, children }: { name: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <div class={wide ? 'wide' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The way between two fixes tells more than the device; both are said where both are known. */
function speedWords(fix: FixBehind | null): string {
  const [way, device] = [fix?.wayMps ?? null, fix?.deviceMps ?? null];
  const words = [
    way === null ? '' : kilometresAnHour(way),
    device === null ? '' : t('终端 {v}', { v: kilometresAnHour(device) }),
  ];
  return words.filter(Boolean).join(' · ') || t('不明');
}

function accuracyWords(fix: FixBehind | null): string {
  if (!fix) return t('不明');
  return fix.accuracyM === null ? t('未报') : t('±{m} 米', { m: Math.round(fix.accuracyM) });
}

function fixWords({ fix, nextMs }: Evidence, now: number): string {
  const next = nextMs === null ? t('没有下一个') : t('{d}后下一个', { d: duration((nextMs - now) / 1000, lang.value) });
  if (!fix) return `${t('还没有')} · ${next}`;
  const { number: n, of, takenMs } = fix;
  return `${t('第 {n}/{of} 个', { n, of })} · ${clockAt(takenMs, zone.value)} · ${next}`;
}

function flagsOf({ leftOut }: Evidence): string {
  if (leftOut.length === 0) return t('无');
  const flags = new Set(leftOut.flatMap(({ properties }) => properties.flags));
  return `${t('其间排除 {n} 个', { n: leftOut.length })}：${flagWords([...flags])}`;
}

function Boundary() {
  const boundary = boundaryNow.value;
  const grid = chosenGrid.value?.properties;
  if (!boundary) return <>{grid ? grid.name : t('无')}</>;
  return (
    <>
      {boundary.name} <span class="code">#{boundary.id}</span>
      {boundary.valid_from && ` · ${t('自 {day}', { day: fullDay(boundary.valid_from, zone.value) })}`}
      {boundary.valid_to && ` · ${t('至 {day}', { day: fullDay(boundary.valid_to, zone.value) })}`}
    </>
  );
}
