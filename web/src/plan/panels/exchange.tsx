/** The draft's grids out as a file, and those of a file in. */
import { useSignal } from '@preact/signals';
import type { Division, Draft } from '../../api/types';
import { pick, t } from '../i18n';
import { isEditable, mended, takeOver } from '../draft';

export function Exchange({ draft: { id } }: { draft: Draft }) {
  const address = `/api/scenarios/${id}/division`;
  return (
    <section aria-labelledby="exchange">
      <h2 id="exchange">{t('导出和导入')}</h2>
      <div class="deeds">
        <a class="button" href={`${address}?f=geojson`} download={`division-${id}.geojson`}>
          {t('导出 GeoJSON')}
        </a>
        <a class="button" href={`${address}?f=gpkg`} download={`division-${id}.gpkg`}>
          {t('导出 GeoPackage')}
        </a>
        {isEditable.value && <BringIn />}
      </div>
      <Mended />
    </section>
  );
}

function BringIn() {
  const unreadable = useSignal(false);
  const read = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (!file) return;
    const division = divisionOf(await file.text());
    unreadable.value = division === null;
    // The same file may be chosen again.
    input.value = '';
    if (division) await takeOver(division);
  };
  return (
    <>
      <label class="button bring-in">
        {t('导入 GeoJSON')}
        <input
          class="visually-hidden"
          type="file"
          accept=".geojson,.json,application/geo+json"
          onChange={(event) => void read(event.currentTarget)}
        />
      </label>
      <p class="note">{t('导入会换掉草案里的网格，缝隙和重叠自动修补；可以撤销。')}</p>
      {unreadable.value && (
        <div class="failed" role="alert">
          <strong>{t('读不懂这个文件')}</strong>
          <p>{t('需要一个 GeoJSON 文件，里面是网格的面。')}</p>
        </div>
      )}
    </>
  );
}

/** The program looks at it closely; here only whether it is of the kind at all. */
function divisionOf(text: string): Division | null {
  try {
    const found: unknown = JSON.parse(text);
    const isCollection = typeof found === 'object' && found !== null && (found as Division).type === 'FeatureCollection';
    return isCollection ? (found as Division) : null;
  } catch {
    return null;
  }
}

function Mended() {
  const all = mended.value;
  if (!all) return null;
  if (all.length === 0) return <p class="done">{t('已导入，没有要修补的。')}</p>;
  return (
    <details class="mended" open={all.length < 6}>
      <summary>{t('已导入，修补了 {n} 处', { n: all.length })}</summary>
      <ul>
        {all.map((one, place) => (
          <li key={place}>{pick(one)}</li>
        ))}
      </ul>
    </details>
  );
}
