/** Photos, sound and video of an incident: seen by those who may, added by those who report. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { attachmentAddress } from '../../api/incidents';
import { sendAttachment } from '../../api/reporting';
import type { AttachmentShown, Incident } from '../../api/types';
import { zone } from '../../about';
import { dayAndTime } from '../../format';
import { Trouble } from '../../panels/fields';
import { Show } from '../../panels/states';
import { may } from '../../session';
import { attachments } from '../data';
import { t } from '../i18n';

export function Attachments({ incident: { code } }: { incident: Incident }) {
  if (!may('see_attachments') && !may('report_incidents')) return null;
  return (
    <section aria-labelledby="attachments">
      <h2 id="attachments">{t('照片、录音、录像')}</h2>
      {may('see_attachments') && (
        <Show of={attachments}>
          {(all) =>
            all.length === 0 ? (
              <p class="note">{t('还没有。')}</p>
            ) : (
              <ul class="media">
                {all.map((one) => (
                  <li key={one.n}>
                    <Medium code={code} of={one} />
                  </li>
                ))}
              </ul>
            )
          }
        </Show>
      )}
      {may('report_incidents') && <Add code={code} />}
    </section>
  );
}

function Medium({ code, of: one }: { code: string; of: AttachmentShown }) {
  const address = attachmentAddress(code, one.sha256);
  const words = t('附件 {n}，{at} 添加', { n: one.n, at: dayAndTime(one.added_at, zone.value) });
  const [kind] = one.media_type.split('/');
  return (
    <figure>
      {kind === 'image' && (
        <a href={address} download>
          <img src={address} alt={words} loading="lazy" />
        </a>
      )}
      {kind === 'audio' && <audio controls preload="none" src={address} aria-label={words} />}
      {kind === 'video' && <video controls preload="metadata" src={address} aria-label={words} />}
      <figcaption>
        {one.added_by} · {dayAndTime(one.added_at, zone.value)}
        {one.taken_at && <> · {t('拍摄于 {at}', { at: dayAndTime(one.taken_at, zone.value) })}</>}
        {one.note && <> · {one.note}</>}
      </figcaption>
    </figure>
  );
}

function Add({ code }: { code: string }) {
  const share = useSignal(0);
  const { busy, problem, run } = useAction(async (files: readonly File[]) => {
    for (const file of files) {
      share.value = 0;
      await sendAttachment(code, file, (sent) => (share.value = sent));
    }
    attachments.reload();
  });
  return (
    <div class="add-media">
      <label class="button">
        {busy.value ? t('正在上传 {n}%', { n: Math.round(share.value * 100) }) : t('添加…')}
        <input
          type="file"
          class="visually-hidden"
          multiple
          accept="image/*,audio/*,video/*"
          disabled={busy.value}
          onChange={(event) => {
            const field = event.currentTarget;
            void run([...(field.files ?? [])]).then(() => (field.value = ''));
          }}
        />
      </label>
      <Trouble problem={problem.value} />
    </div>
  );
}
