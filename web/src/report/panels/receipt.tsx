/** What came of a report: its code, its grid, its first state, its deadline. */
import type { Point } from 'geojson';
import { zone } from '../../about';
import { fetchWhere } from '../../api/reporting';
import type { Incident } from '../../api/types';
import { dayAndTime } from '../../format';
import { inThisLook } from '../../look';
import { Show } from '../../panels/states';
import { ready, resource } from '../../resource';
import { may } from '../../session';
import { files } from '../files';
import { pick, t } from '../i18n';
import { busy, received, sendFilesAgain, startOver, unsent, wasThere } from '../sending';
import { FileList } from './media';

/** What the grid is called in which it lies. */
const where = resource(() => {
  const point = ready(received.state.value)?.geometry as Point | null | undefined;
  const [lon, lat] = point?.coordinates ?? [];
  return lon !== undefined && lat !== undefined && may('see_map') ? (abort) => fetchWhere(lon, lat, abort) : null;
});

export function Receipt() {
  return <Show of={received}>{(incident) => <Received incident={incident} />}</Show>;
}

function Received({ incident }: { incident: Incident }) {
  const { code, title, state, deadline, grid_code: grid, category } = incident;
  const there = ready(where.state.value)?.grid;
  const name = there?.code === grid ? there?.name : undefined;
  const facts: [string, string][] = [
    [t('编号'), code],
    [t('网格'), name ?? grid ?? t('不在任何网格内')],
    [t('状态'), pick(state)],
    [t('办结时限'), deadline ? dayAndTime(deadline, zone.value) : t('没有时限')],
  ];
  return (
    <section class="receipt" aria-labelledby="received">
      <h1 id="received" tabIndex={-1} ref={(heading) => heading?.focus()}>
        <span aria-hidden="true">✓ </span>
        {t('已收到')}
      </h1>
      {wasThere.value && <p class="hint-of">{t('第一次其实已经送到；之后改动的内容没有送出。')}</p>}
      <p class="title-of">
        <small>{pick(category)}</small> {title}
      </p>
      <dl>
        {facts.map(([what, said]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{said}</dd>
          </div>
        ))}
      </dl>
      <Attachments />
      <div class="onwards">
        <a class="button main" href={inThisLook('/incidents/', { incident: code })}>
          {t('去看这件事')}
        </a>
        <button type="button" class="button main quiet" aria-disabled={busy.value} onClick={() => !busy.value && startOver()}>
          {t('再报一件')}
        </button>
      </div>
    </section>
  );
}

function Attachments() {
  const all = files.value;
  if (all.length === 0) return null;
  const left = unsent.value.length;
  const sending = all.findIndex(({ state }) => state === 'sending');
  return (
    <div class="attachments">
      <p role="status">
        {busy.value
          ? t('正在发送第 {n} 个文件，共 {all} 个', { n: Math.max(sending, 0) + 1, all: all.length })
          : left > 0
            ? t('{n} 个文件没有送到。事件已经收到，只需再发这些文件。', { n: left })
            : t('附件 {n} 个', { n: all.length })}
      </p>
      <FileList />
      {left > 0 && !busy.value && (
        <button type="button" class="button main" onClick={() => void sendFilesAgain()}>
          {t('再发一次')}
        </button>
      )}
    </div>
  );
}
