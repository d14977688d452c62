/** What is likely the same, why the machine thinks so; a person merges, and can undo it. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { sendMerge, sendUnmerge } from '../../api/incidents';
import type { Incident, LikelyDuplicate } from '../../api/types';
import { zone } from '../../about';
import { dayAndTime } from '../../format';
import { Trouble } from '../../panels/fields';
import { Show } from '../../panels/states';
import { may } from '../../session';
import { duplicates, opened, refresh } from '../data';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { choose } from '../state';

/** That it is part of another, with the way there and back. */
export function Merged({ incident }: { incident: Incident }) {
  const { duplicate_of: whole, duplicates: parts } = incident;
  return (
    <>
      {whole && (
        <div class="merged">
          <p>
            {t('已并入')} <Other code={whole} />
          </p>
          {may('handle_incidents') && (
            <Why word="撤销合并" needed send={async (why) => opened.put(await sendUnmerge(incident.code, why))} />
          )}
        </div>
      )}
      {parts.length > 0 && (
        <p class="merged">
          {t('并入了这一件：')}{' '}
          {parts.map((code) => (
            <Other key={code} code={code} />
          ))}
        </p>
      )}
    </>
  );
}

function Other({ code }: { code: string }) {
  return (
    <button type="button" class="link code" onClick={() => choose(code)}>
      {code}
    </button>
  );
}

export function Duplicates({ incident }: { incident: Incident }) {
  if (!may('see_attachments') || incident.duplicate_of) return null;
  return (
    <Show of={duplicates}>
      {(all) =>
        all.length > 0 && (
          <section aria-labelledby="duplicates">
            <h2 id="duplicates">{t('可能是同一件')}</h2>
            <ul class="likely">
              {all.map((one) => (
                <Likely key={one.code} of={one} incident={incident} />
              ))}
            </ul>
          </section>
        )
      }
    </Show>
  );
}

const PARTS: readonly [keyof LikelyDuplicate['likeness'] & ('place' | 'text' | 'time' | 'category'), Word][] = [
  ['place', '地点'],
  ['text', '文字'],
  ['time', '时间'],
  ['category', '类别'],
];

function percent(share: number): string {
  return `${Math.floor(share * 100)}%`;
}

function Likely({ of: one, incident }: { of: LikelyDuplicate; incident: Incident }) {
  const { likeness } = one;
  const bothOrNone = one.state_kind === 'open' || incident.state.kind === 'closed';
  return (
    <li>
      <p>
        <b>{percent(likeness.score)}</b> {one.title} <Other code={one.code} />
      </p>
      <p class="note">
        {dayAndTime(one.reported_at, zone.value)}
        {one.metres !== null && ` · ${t('相距 {m} 米', { m: Math.round(one.metres) })}`}
        {` · ${PARTS.map(([name, word]) => `${t(word)} ${percent(likeness[name])}`).join(' · ')}`}
        {likeness.picture && ` · ${t('同一张照片')}`}
      </p>
      {may('handle_incidents') && (
        <div class="deeds">
          {bothOrNone && (
            <Why
              word="并入那一件"
              of={one.title}
              send={async (why) => {
                await sendMerge(incident.code, one.code, why);
                choose(one.code);
              }}
            />
          )}
          {(incident.state.kind === 'open' || one.state_kind === 'closed') && (
            <Why word="把那一件并入这一件" of={one.title} send={async (why) => opened.put(await sendMerge(one.code, incident.code, why))} />
          )}
        </div>
      )}
    </li>
  );
}

/** A button that asks why before it acts; it is kept with the merge. */
function Why(props: { word: Word; of?: string; needed?: boolean; send: (why: string) => Promise<void> | void }) {
  const asked = useSignal(false);
  const why = useSignal('');
  const { busy, problem, run } = useAction(async () => {
    await props.send(why.value.trim());
    asked.value = false;
    refresh();
  });
  const named = props.of && <span class="visually-hidden"> {props.of}</span>;
  if (!asked.value) {
    return (
      <button type="button" class="button" onClick={() => (asked.value = true)}>
        {t(props.word)}…{named}
      </button>
    );
  }
  return (
    <form
      class="asking"
      aria-label={t(props.word)}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <label class="field">
        <span class="label">{t('说明')}</span>
        <input autofocus required={props.needed} maxLength={2000} value={why.value} onInput={(event) => (why.value = event.currentTarget.value)} />
      </label>
      <span class="deeds">
        <button type="submit" class="button grave" aria-disabled={busy.value}>
          {t(props.word)}
          {named}
        </button>
        <button type="button" class="button" onClick={() => (asked.value = false)}>
          {t('取消')}
        </button>
      </span>
      <Trouble problem={problem.value} />
    </form>
  );
}
