/** Photos, sound and video, looked at before they are sent. */
import { useSignal } from '@preact/signals';
import { about } from '../../about';
import { ready } from '../../resource';
import { told } from '../../told';
import { addFiles, files, MIB, removeFile, type Chosen } from '../files';
import { t } from '../i18n';
import { busy } from '../sending';
import { Step } from './step';

const USUAL_MIB = 50;

export function MediaStep() {
  return (
    <Step n={5} id="media" title={t('照片、录音、录像')}>
      <AddFiles />
      <FileList />
      {files.value.length > 0 && <p class="note">{t('照片不会随刷新保留，其他内容会。')}</p>}
    </Step>
  );
}

function AddFiles() {
  const refused = useSignal<readonly File[]>([]);
  const largest = ready(about.state.value)?.largest_attachment_mib ?? USUAL_MIB;
  return (
    <>
      <label class="button add">
        <span aria-hidden="true">＋ </span>
        {t('添加文件')}
        <input
          type="file"
          class="visually-hidden"
          multiple
          accept="image/jpeg,image/png,image/webp,audio/*,video/*"
          onChange={({ currentTarget: input }) => {
            refused.value = addFiles([...(input.files ?? [])], largest);
            input.value = '';
          }}
        />
      </label>
      <p class="note">{t('每个不超过 {n} MB。位置和拍摄信息会从文件里去掉；请避开居民的脸和门牌。', { n: largest })}</p>
      {refused.value.map(({ name, size }) => (
        <p key={name} class="lacking" role="alert">
          {t('{name} 有 {mb} MB，超过 {n} MB', { name, mb: Math.ceil(size / MIB), n: largest })}
        </p>
      ))}
    </>
  );
}

/** What is to be sent, and how far it has come. */
export function FileList() {
  if (files.value.length === 0) return null;
  return (
    <ul class="files">
      {files.value.map((one) => (
        <li key={one.id} class={one.state}>
          <Preview of={one} />
          <span class="file-name">
            {one.file.name} <small>{sizeOf(one.file)}</small>
          </span>
          <Progress of={one} />
          {one.state !== 'sent' && !busy.value && (
            <button
              type="button"
              class="icon"
              aria-label={t('拿掉 {name}', { name: one.file.name })}
              onClick={() => removeFile(one.id)}
            >
              <span aria-hidden="true">✕</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function sizeOf({ size }: File): string {
  return size < MIB ? `${Math.ceil(size / 1024)} kB` : `${(size / MIB).toFixed(1)} MB`;
}

function Preview({ of: { file, url } }: { of: Chosen }) {
  if (file.type.startsWith('image/')) return <img src={url} alt="" />;
  if (file.type.startsWith('audio/')) return <audio src={url} controls aria-label={file.name} />;
  if (file.type.startsWith('video/')) return <video src={url} controls playsInline muted aria-label={file.name} />;
  return <span class="no-preview" aria-hidden="true" />;
}

function Progress({ of: { state, share, problem } }: { of: Chosen }) {
  switch (state) {
    case 'waiting':
      return null;
    case 'sending':
      return <progress max={1} value={share} aria-label={t('正在发送…')} />;
    case 'sent':
      return <small class="done">✓ {t('已送达')}</small>;
    case 'failed': {
      const why = problem && told(problem);
      return (
        <small class="lacking">
          ✕ {t('没送到')}
          {why && `：${why.title} ${why.help}`}
        </small>
      );
    }
  }
}
