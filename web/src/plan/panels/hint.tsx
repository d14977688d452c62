/** What the tool in hand waits for, the counts that it would come to, and what was done last. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Draft } from '../../api/types';
import { t } from '../../i18n';
import { busy, chosenGrids, done, draft } from '../draft';
import { bandOf, nameIn, signed, signedNumber } from '../names';
import { endSketch, exact, inside, intoChosen, joint, sides, sketched, target, tool } from '../sketch';
import { confirm } from '../tools';

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

function InHand({ now }: { now: Draft }) {
  const kind = tool.value;
  const name = target.value ? nameIn(now, target.value.properties.label) : '';
  const enough = kind === 'merge' ? chosenGrids.value.length >= 2 : sketched.value.length >= (kind === 'draw' ? 3 : 2);
  return (
    <div class="hint">
      <p class="what">
        {askFor(name)}
        {kind !== 'merge' && <span class="by-keys"> {t('键盘：方向键移动地图，空格落点。')}</span>}
      </p>
      <div class="settings">
        <Counts now={now} />
        {kind !== 'merge' && (
          <label title={t('沿所画的线切开地块；否则每个地块整个归到一边')}>
            <input type="checkbox" checked={exact.value} onChange={(event) => (exact.value = event.currentTarget.checked)} />
            {t('精确切割')}
          </label>
        )}
        {kind === 'draw' && target.value && (
          <label>
            <input
              type="checkbox"
              checked={intoChosen.value}
              onChange={(event) => (intoChosen.value = event.currentTarget.checked)}
            />
            {t('并入网格 {name}', { name })}
          </label>
        )}
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

function askFor(name: string): string {
  switch (tool.value) {
    case 'split':
      return t('拆分网格 {name}：点击画线，再点一次末点结束。', { name });
    case 'draw':
      return t('点击画出范围，再点一次末点结束。');
    default:
      return t('点击相邻的网格把它加进来，再点一次去掉。');
  }
}

/** The counts as they are seen; how they are heard is below. */
function Counts({ now }: { now: Draft }) {
  const [found, within] = [sides.value, inside.value];
  const amounts =
    tool.value === 'merge' && chosenGrids.value.length > 0
      ? [joint.value]
      : found
        ? fromWestToEast(found)
        : within !== null
          ? [within]
          : [];
  if (amounts.length === 0) return null;
  return (
    <p class="counts" aria-hidden="true">
      {amounts.map((amount, place) => (
        <span key={place} class={`amount ${bandOf(amount, now)}`}>
          {signedNumber(amount, now)}
        </span>
      ))}
      {now.limits.size === 'people' ? t('人') : t('户')}
    </p>
  );
}

/** Return both counts as they are on the map: drawn southwards, a line has its left in the east. */
function fromWestToEast({ left, right }: { left: number; right: number }): [number, number] {
  const [from, to] = [sketched.value[0], sketched.value.at(-1)];
  return (to?.[1] ?? 0) < (from?.[1] ?? 0) ? [right, left] : [left, right];
}

/** So long the counts rest before they are read aloud. */
const REST_MS = 500;

/** Counts and results for those who hear the page: politely, and not at every step of the pointer. */
function Spoken({ now }: { now: Draft }) {
  const heard = useSignal('');
  const [found, within] = [sides.value, inside.value];
  const text = found
    ? t('一边 {left}，另一边 {right}', { left: signed(found.left, now), right: signed(found.right, now) })
    : within !== null
      ? t('范围内 {n}', { n: signed(within, now) })
      : tool.value === 'merge'
        ? t('合并后 {n}', { n: signed(joint.value, now) })
        : (done.value?.text ?? '');
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

/** What was done last; it goes by itself. */
function Last() {
  const last = done.value;
  useEffect(() => {
    if (!last) return undefined;
    const over = setTimeout(() => {
      if (done.peek() === last) done.value = null;
    }, 6000);
    return () => clearTimeout(over);
  }, [last]);
  if (busy.value) {
    return (
      <p class="toast">
        <i class="spin" role="status" aria-label={t('正在计算…')} /> {t('正在计算…')}
      </p>
    );
  }
  return last ? (
    <p class="toast" aria-hidden="true">
      {last.text}
    </p>
  ) : null;
}
