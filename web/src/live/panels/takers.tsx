/** To whom an alert can be handed. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useAction } from '../../action';
import { fetchTakers } from '../../api/live';
import type { AlertTaker, LiveAlert } from '../../api/types';
import { asProblem, type Problem } from '../../api/problem';
import { Trouble } from '../../panels/fields';
import { Empty, Loading } from '../../panels/states';
import { me } from '../../session';
import { handTo } from '../deeds';
import { t } from '../i18n';
import { subjectOf } from '../words';

export function Takers({ alert, done }: { alert: LiveAlert; done: () => void }) {
  const takers = useSignal<AlertTaker[] | null>(null);
  const missing = useSignal<Problem | null>(null);
  const chosen = useSignal('');
  const own = me.value?.name ?? '';
  useEffect(() => {
    fetchTakers(alert.id).then(
      (all) => {
        // Oneself first: the usual case is one press.
        takers.value = [...all].sort((a, b) => Number(b.name === own) - Number(a.name === own));
        chosen.value = takers.value[0]?.name ?? '';
      },
      (error: unknown) => (missing.value = asProblem(error)),
    );
  }, [alert.id]);
  const { busy, problem, run } = useAction(async () => {
    await handTo(alert, chosen.value);
    done();
  });
  if (missing.value) return <Trouble problem={missing.value} />;
  if (takers.value === null) return <Loading />;
  if (takers.value.length === 0) return <Empty>{t('这个区域还没有可以接手的人。')}</Empty>;
  return (
    <form
      class="takers"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <select
        aria-label={t('把“{what}”交给谁', { what: subjectOf(alert) })}
        value={chosen.value}
        autofocus
        onChange={(event) => (chosen.value = event.currentTarget.value)}
      >
        {takers.value.map(({ name, display_name: shown }) => (
          <option key={name} value={name}>
            {name === own ? t('{who}（我）', { who: shown }) : shown}
          </option>
        ))}
      </select>
      <button type="submit" class="button" aria-disabled={busy.value}>
        {t('交办')}
      </button>
      <button type="button" class="button" onClick={done}>
        {t('取消')}
      </button>
      <Trouble problem={problem.value} />
    </form>
  );
}
