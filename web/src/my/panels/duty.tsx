/** One large button: signing in, and out again. */
import { useSignal } from '@preact/signals';
import type { Duty as Session, DutyKind } from '../../api/my';
import { shortClock } from '../../format';
import { Trouble } from '../../panels/fields';
import { ShowKept } from '../../panels/kept';
import { may } from '../../session';
import { myDuty, zone } from '../data';
import type { Word } from '../dictionary';
import type { OnDuty } from '../duty';
import { t } from '../i18n';
import { onDuty, refused, sign, waiting } from '../signatures';

const KIND_WORD: Record<DutyKind, Word> = { regular: '日常值守', flexible: '弹性时间', appointment: '按预约' };
const KINDS = Object.keys(KIND_WORD) as DutyKind[];

export function Duty() {
  if (!may('sign_duty')) return null;
  return (
    <section class="card duty" aria-labelledby="duty">
      <h2 id="duty">{t('值守')}</h2>
      <ShowKept of={myDuty}>
        {({ duty }) => (
          <>
            {onDuty.value && <Switch state={onDuty.value} />}
            <Waiting />
            <Trouble problem={refused.value} />
            <Sessions of={duty} />
          </>
        )}
      </ShowKept>
    </section>
  );
}

function Switch({ state }: { state: OnDuty }) {
  const kind = useSignal<DutyKind>('regular');
  if (state.on) {
    return (
      <>
        <p>
          <b>{t('值守中')}</b> {t('{at} 起', { at: clock(state.since) })} · {t(KIND_WORD[state.kind])}
        </p>
        <button type="button" class="button large leave" onClick={() => void sign('out')}>
          {t('签退')}
        </button>
        <p class="note">{state.until ? t('忘了签退的话，最长算到 {at}。', { at: clock(state.until) }) : null}</p>
      </>
    );
  }
  return (
    <>
      <fieldset class="kinds">
        <legend class="visually-hidden">{t('为了什么')}</legend>
        {KINDS.map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind.value === one} onChange={() => (kind.value = one)} /> {t(KIND_WORD[one])}
          </label>
        ))}
      </fieldset>
      <button type="button" class="button main large" onClick={() => void sign('in', kind.value)}>
        {t('签到')}
      </button>
      <p class="note">{t('值守以外的定位不保存。这一页不记录位置，位置由手机上的定位软件发送。')}</p>
    </>
  );
}

/** What was signed without a network. */
function Waiting() {
  const [first] = waiting.value;
  if (!first?.at) return null;
  const at = clock(first.at);
  return (
    <p class="warned" role="status">
      {first.action === 'in'
        ? t('{at} 的签到还没有送到，已记在手机上，有网络就自动送出；送到以前收到的定位不保存。', { at })
        : t('{at} 的签退还没有送到，已记在手机上，有网络就自动送出。', { at })}
    </p>
  );
}

/** Today's duty, from the morning on. */
function Sessions({ of }: { of: Session[] }) {
  if (of.length === 0) return null;
  const inOrder = [...of].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return (
    <ul class="sessions" aria-label={t('今天的值守')}>
      {inOrder.map(({ from, until, kind }) => (
        <li key={from}>
          {clock(from)}–{until ? clock(until) : ''} {kind !== 'regular' && t(KIND_WORD[kind])}
        </li>
      ))}
    </ul>
  );
}

const clock = (at: string): string => shortClock(at, zone.value);
