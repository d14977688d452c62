/** What can be done now: a button a move, which asks for what the workflow needs and nothing else. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { sendMove } from '../../api/incidents';
import { ProblemError } from '../../api/problem';
import type { Incident, IncidentLevel, MoveAllowed } from '../../api/types';
import { Trouble } from '../../panels/fields';
import { may } from '../../session';
import { opened, refresh } from '../data';
import { t } from '../i18n';
import { LEVEL_WORD, named } from '../words';

const LEVELS = Object.keys(LEVEL_WORD) as IncidentLevel[];

export function Moves({ incident }: { incident: Incident }) {
  const chosen = useSignal<string | null>(null);
  const overtaken = useSignal(false);
  const { busy, problem, run } = useAction(async (move: MoveAllowed, given: Given) => {
    overtaken.value = false;
    try {
      opened.put(await sendMove(incident, { move: move.move, ...given }));
      chosen.value = null;
      refresh();
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      // What was written stays in its field, where the move can still be made.
      overtaken.value = true;
      opened.reload();
      refresh();
    }
  });
  if (!may('handle_incidents')) return null;
  const open = incident.allowed.find(({ move }) => move === chosen.value);
  const press = (move: MoveAllowed): void => {
    if (asksFor(move).length === 0) void run(move, { why: '' });
    else chosen.value = chosen.value === move.move ? null : move.move;
  };
  return (
    <section class="moves-now" aria-labelledby="moves">
      <h2 id="moves">{t('现在可以')}</h2>
      {overtaken.value && <Overtaken incident={incident} />}
      {incident.allowed.length === 0 && <p class="note">{t('这一步没有你可以做的。')}</p>}
      <div class="deeds">
        {incident.allowed.map((move) => (
          <button
            key={move.move}
            type="button"
            class="button"
            aria-disabled={busy.value}
            aria-expanded={asksFor(move).length > 0 ? open?.move === move.move : undefined}
            onClick={() => press(move)}
          >
            {named(move)}
            {asksFor(move).length > 0 && <span aria-hidden="true">…</span>}
          </button>
        ))}
      </div>
      {open && <Asking key={open.move} move={open} busy={busy.value} send={(given) => void run(open, given)} />}
      <Trouble problem={problem.value} />
    </section>
  );
}

function isOvertaken(error: unknown): boolean {
  return error instanceof ProblemError && (error.problem.status === 409 || error.problem.status === 412);
}

/** That somebody else was first is nobody's fault: what is now, and what can be done. */
function Overtaken({ incident: { state, history, allowed } }: { incident: Incident }) {
  const last = history.at(-1);
  const words = { state: named(state), n: allowed.length };
  return (
    <p class="overtaken" role="alert">
      {last?.by ? t('{who} 刚刚办了“{move}”。', { who: last.by, move: named(last) }) : t('别人刚刚办了一步。')}{' '}
      {t('现在是“{state}”，可以做的有 {n} 项，都在下面；你写的还在。', words)}
    </p>
  );
}

interface Given {
  why: string;
  level?: IncidentLevel;
  rating?: number;
}

function asksFor({ needs }: MoveAllowed): string[] {
  return needs.filter((need) => need !== 'another_person');
}

function Asking({ move, busy, send }: { move: MoveAllowed; busy: boolean; send: (given: Given) => void }) {
  const why = useSignal('');
  const level = useSignal<IncidentLevel | ''>('');
  const rating = useSignal<number | null>(null);
  const needs = asksFor(move);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    send({
      why: why.value.trim(),
      ...(level.value && { level: level.value }),
      ...(rating.value !== null && { rating: rating.value }),
    });
  };
  return (
    <form class="asking" onSubmit={submit} aria-label={named(move)}>
      {needs.includes('level') && (
        <div class="field">
          <label for="move-level">{t('报到哪一级')}</label>
          <select id="move-level" required value={level.value} onChange={(event) => (level.value = event.currentTarget.value as IncidentLevel)}>
            <option value="">{t('请选择')}</option>
            {LEVELS.map((one) => (
              <option key={one} value={one}>
                {t(LEVEL_WORD[one])}
              </option>
            ))}
          </select>
        </div>
      )}
      {needs.includes('rating') && (
        <fieldset class="rating">
          <legend>{t('评分')}</legend>
          {[1, 2, 3, 4, 5].map((n) => (
            <label key={n}>
              <input type="radio" name="rating" required checked={rating.value === n} onChange={() => (rating.value = n)} />
              {n} <span aria-hidden="true">★</span>
            </label>
          ))}
        </fieldset>
      )}
      {needs.includes('why') && (
        <div class="field">
          <label for="move-why">{t('说明')}</label>
          <textarea
            id="move-why"
            required
            maxLength={2000}
            rows={3}
            aria-describedby="move-why-note"
            value={why.value}
            onInput={(event) => (why.value = event.currentTarget.value)}
          />
          <p id="move-why-note" class="note">
            {t('会留在记录里，不能再改。请不要写居民的姓名和号码。')}
          </p>
        </div>
      )}
      {move.needs.includes('another_person') && <p class="note">{t('须由没有提交过的另一人来做。')}</p>}
      <button type="submit" class="button main" aria-disabled={busy}>
        {named(move)}
      </button>
    </form>
  );
}
