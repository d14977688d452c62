/** What was: where a grid came from, and the publications of the community. */
import type { Draft } from '../../api/types';
import { t } from '../i18n';
import { Divisions } from './divisions';
import { LineagePanel } from './lineage';

export function Past({ draft }: { draft: Draft }) {
  return (
    <>
      <LineagePanel draft={draft} />
      <section aria-labelledby="divisions">
        <h2 id="divisions">{t('历次发布')}</h2>
        <Divisions community={draft.community.code} />
      </section>
    </>
  );
}
