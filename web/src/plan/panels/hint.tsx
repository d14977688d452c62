/** What the tool in hand waits for, the counts that it would come to, and what was done last. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Draft } from '../../api/types';
import { inARow, pick, t } from '../i18n';
import { borderNow, drawsAnew, isBent, pair } from '../bordering';
import { coming, inside, isRough, joint, refusal, sides, type Coming } from '../counts';
import { busy, chosenGrids, done, draft } from '../draft';
import { endSketch, exact, intoChosen, sketched, target, tool } from '../hand';
import { giver, giveTo, lassoing, movable, oneBuilding, pickedAmount, receiver, receivers } from '../moving';
import { GAP } from '../neighbours';
import { bandOf, inUnit, nameIn, signed, signedNumber } from '../names';
import { confirm } from '../tools';
import { Progress } from './progress';

export function Hint() {
  const now = draft.value;
  if (!now) return null;
  return (
    <>
      <Spoken now={now} />
      {tool.value ? <InHand now={now} /> : <Last />}
    </>
  );
}

function isEnough(): boolean {
  switch (tool.value) {
    case 'merge':
      return chosenGrids.value.length >= 2;
    case 'move':
      return movable.value !== null && receiver.value !== null;
    case 'border':
      return pair.value !== null && isBent.value;
    default:
      return sketched.value.length >= (tool.value === 'draw' ? 3 : 2);
  }
}

function InHand({ now }: { now: Draft }) {
  const enough = isEnough();
  return (
    <div class="hint">
      <p class="what">
        {askFor(now)}
        {byKeys() && <span class="by-keys"> {byKeys()}</span>}
      </p>
      {refusal.value && <p class={refusal.value.code === 'nothing_changes' ? 'note' : 'refusal'}>{pick(refusal.value)}</p>}
      <div class="settings">
        {tool.value === 'move' && movable.value && <Receivers now={now} />}
        <Counts now={now} />
        <Settings now={now} />
        <span class="spacer" />
        <span class="ends">
          <button type="button" class="button" aria-disabled={!enough} onClick={() => enough && confirm()}>
            {t('完成')} <kbd aria-hidden="true">Enter</kbd>
          </button>
          <button type="button" class="button" onClick={endSketch}>
            {t('取消')} <kbd aria-hidden="true">Esc</kbd>
          </button>
        </span>
      </div>
    </div>
  );
}

function askFor(now: Draft): string {
  switch (tool.value) {
    case 'split':
      return t('拆分网格 {name}：按住拖出一条线；或逐点点击，再点一次末点结束。', { name: target.value ? nameIn(now, target.value.properties.label) : '' });
    case 'draw':
      return t('点击画出范围，再点一次末点结束。');
    case 'move':
      if (!movable.value) return oneBuilding.value ? t('点一栋要移走的建筑。') : t('点要移走的地块，可点多块；按住 Shift 拖动可圈选。');
      return t('已选 {n}；点相邻的网格，或在下面选，决定移到哪里。', { n: inUnit(pickedAmount.value, now) });
    case 'border':
      return askForBorder(now);
    default:
      return t('点击相邻的网格把它加进来，再点一次去掉。');
  }
}

function askForBorder(now: Draft): string {
  if (!pair.value) return t('选两个相邻的网格，改它们之间的边界。');
  if (borderNow.value.length < 2) return t('这两个网格不相邻，没有共同的边界。');
  const names = inARow([nameIn(now, pair.value.one.label), nameIn(now, pair.value.other.label)]);
  if (drawsAnew.value) return t('{names}：从两个网格的一侧到另一侧画新边界。', { names });
  return t('{names}：拖动边界上的点，两边的户数随着变。', { names });
}

/** How the tool in hand is used without a pointer. */
function byKeys(): string {
  if (tool.value === 'merge' || (tool.value === 'border' && !pair.value)) return '';
  if (tool.value === 'border' && !drawsAnew.value) return t('键盘：Tab 到点，方向键移动，Ctrl Z 退一步。');
  if (tool.value === 'move' && movable.value) return '';
  return tool.value === 'move' ? t('键盘：方向键移动地图，空格选中间的地块。') : t('键盘：方向键移动地图，空格落点。');
}

function Settings({ now }: { now: Draft }) {
  switch (tool.value) {
    case 'split':
      return <Exactly />;
    case 'draw':
      return (
        <>
          <Exactly />
          {target.value && (
            <Tick of={intoChosen} word={t('并入网格 {name}', { name: nameIn(now, target.value.properties.label) })} />
          )}
        </>
      );
    case 'move':
      return (
        <>
          <Tick of={oneBuilding} word={t('只移一栋建筑')} />
          {!oneBuilding.value && <Tick of={lassoing} word={t('拖动圈选')} />}
        </>
      );
    case 'border':
      return (
        pair.value && (
          <>
            <Tick of={drawsAnew} word={t('重新画线')} />
            <Exactly />
          </>
        )
      );
    default:
      return null;
  }
}

function Exactly() {
  return <Tick of={exact} word={t('精确切割')} title={t('沿所画的线切开地块；否则每个地块整个归到一边')} />;
}

function Tick({ of, word, title }: { of: { value: boolean }; word: string; title?: string }) {
  return (
    <label title={title}>
      <input type="checkbox" checked={of.value} onChange={(event) => (of.value = event.currentTarget.checked)} />
      {word}
    </label>
  );
}

/** So many neighbours are offered. */
const MOST_RECEIVERS = 6;

/** Where what is picked can go: for the keyboard and for a finger. */
function Receivers({ now }: { now: Draft }) {
  const all = receivers.value.slice(0, MOST_RECEIVERS);
  const other = receiver.value !== null && !all.includes(receiver.value) ? [receiver.value] : [];
  if (all.length + other.length === 0) return <p class="refusal">{t('旁边没有可以接手的网格：它们都锁定了，或隔着空地。')}</p>;
  return (
    <div class="receivers" role="group" aria-label={t('移到')}>
      <span aria-hidden="true">{t('移到')}</span>
      {[...other, ...all].map((label) => (
        <button key={label} type="button" class="chip" aria-pressed={receiver.value === label} onClick={() => giveTo(label)}>
          {nameIn(now, label)}
        </button>
      ))}
    </div>
  );
}

/** The counts as they are seen; how they are heard is below. */
function Counts({ now }: { now: Draft }) {
  const amounts = coming.value;
  if (amounts.length === 0) return null;
  const isNamed = tool.value !== 'merge' && amounts.some(({ label }) => label !== null);
  return (
    <p class={isRough.value ? 'counts rough' : 'counts'} aria-hidden="true">
      {amounts.map((one, place) => (
        <span key={place} class="one-count">
          {isNamed && <small>{nameComing(one, now)}</small>}
          <span class={`amount ${bandOf(one.amount, now)}`}>
            {isRough.value && '≈ '}
            {signedNumber(one.amount, now)}
          </span>
        </span>
      ))}
      {now.limits.size === 'people' ? t('人') : t('户')}
    </p>
  );
}

function nameComing({ label }: Coming, now: Draft): string {
  return label === null ? t('新网格') : nameIn(now, label);
}

/** So long the counts rest before they are read aloud. */
const REST_MS = 500;

/** Counts and results for those who hear the page: politely, and not at every step of the pointer. */
function Spoken({ now }: { now: Draft }) {
  const heard = useSignal('');
  const text = spoken(now);
  useEffect(() => {
    const rest = setTimeout(() => (heard.value = text), REST_MS);
    return () => clearTimeout(rest);
  }, [text]);
  return (
    <p class="visually-hidden" aria-live="polite">
      {heard.value}
    </p>
  );
}

function spoken(now: Draft): string {
  if (refusal.value) return pick(refusal.value);
  if (tool.value === 'merge') return t('合并后 {n}', { n: signed(joint.value, now) });
  if (tool.value === 'move' && movable.value) {
    const from = giver.value === null || giver.value === GAP ? [] : [giver.value];
    const [names, all] = [[...from, ...(receiver.value === null ? [] : [receiver.value])], coming.value];
    return inARow(names.map((label) => `${nameIn(now, label)} ${signed(all.find((one) => one.label === label)?.amount ?? 0, now)}`));
  }
  if (sides.value) {
    const { left, right } = sides.value;
    return t('一边 {left}，另一边 {right}', { left: signed(left.amount, now), right: signed(right.amount, now) });
  }
  if (inside.value) return t('范围内 {n}', { n: signed(inside.value.amount, now) });
  return done.value?.text ?? '';
}

/** What is on its way, else what was done last; that goes by itself. */
function Last() {
  const last = done.value;
  useEffect(() => {
    if (!last) return undefined;
    const over = setTimeout(() => {
      if (done.peek() === last) done.value = null;
    }, 6000);
    return () => clearTimeout(over);
  }, [last]);
  if (busy.value) return <Progress />;
  return last ? (
    <p class="toast" aria-hidden="true">
      {last.text}
    </p>
  ) : null;
}
