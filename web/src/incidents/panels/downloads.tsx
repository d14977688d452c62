/** What is listed, as files: all of it, also what the list does not show yet. */
import { useAction } from '../../action';
import { fetchIncidents } from '../../api/incidents';
import type { IncidentFeature } from '../../api/shapes';
import { csv, download, save } from '../../csv';
import { Trouble } from '../../panels/fields';
import { t } from '../i18n';
import { filters, sort } from '../state';
import { rowsOf } from '../table';
import { queryOf } from '../url';

const AT_ONCE = 5000;

async function everything(): Promise<IncidentFeature[]> {
  const query = { ...queryOf(filters.peek()), sort: sort.peek(), limit: AT_ONCE };
  const all = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof fetchIncidents>> = await fetchIncidents({ ...query, ...(after && { after }) });
    all.push(...page.features);
    after = page.next;
  } while (after);
  return all;
}

export function Downloads({ matched }: { matched: number }) {
  const table = useAction(async () => download('incidents.csv', csv(rowsOf(await everything()))));
  const map = useAction(async () => {
    const text = JSON.stringify({ type: 'FeatureCollection', features: await everything() });
    save('incidents.geojson', [text], 'application/geo+json');
  });
  if (matched === 0) return null;
  return (
    <span class="downloads">
      <Button word="CSV" act={table} />
      <Button word="GeoJSON" act={map} />
      <Trouble problem={table.problem.value ?? map.problem.value} />
    </span>
  );
}

function Button({ word, act }: { word: string; act: ReturnType<typeof useAction<[]>> }) {
  return (
    <button type="button" class="chip" aria-disabled={act.busy.value} onClick={() => void act.run()}>
      <span aria-hidden="true">↓ </span>
      <span class="visually-hidden">{t('下载')} </span>
      {word}
    </button>
  );
}
