/** Where the chosen grid came from and what came of it: a small drawing, and the same in words. */
import '../../styles/plan-later.css';
import { zone } from '../../about';
import type { Draft, Lineage } from '../../api/types';
import type { Word } from '../dictionary';
import { count, fullDay } from '../../format';
import { t } from '../i18n';
import { lang } from '../../look';
import { Empty, Show } from '../../panels/states';
import { chosenGrids } from '../draft';
import { layOut, type Edge, type Node } from '../lineage';
import { nameOf } from '../names';
import { lineage } from '../past';
import { choose } from '../state';
import { Download } from './download';

const KIND_WORD: Record<Edge['kind'], Word> = { edit: '调整', split: '拆分', merge: '合并' };

export function LineagePanel({ draft }: { draft: Draft }) {
  const [only, ...others] = chosenGrids.value;
  const isOne = only !== undefined && others.length === 0;
  return (
    <section aria-labelledby="lineage">
      <h2 id="lineage">{isOne ? t('网格 {name} 的来历', { name: nameOf(only, draft.community.code) }) : t('网格的来历')}</h2>
      {!isOne && <Choose draft={draft} />}
      {isOne && only.code === null && <Empty>{t('这是新网格：发布以后才有来历。')}</Empty>}
      {isOne && <Show of={lineage}>{(found) => <Found found={found} draft={draft} />}</Show>}
    </section>
  );
}

/** Clicking the map does the same. */
function Choose({ draft }: { draft: Draft }) {
  const coded = draft.grids.filter(({ code }) => code !== null);
  if (coded.length === 0) return <Empty>{t('这份草案里还没有发布过的网格。')}</Empty>;
  return (
    <div class="field">
      <label for="whose">{t('在地图上点一个网格，或从这里选')}</label>
      <select
        id="whose"
        value=""
        onChange={(event) => {
          if (event.currentTarget.value) choose(Number(event.currentTarget.value), false);
        }}
      >
        <option value="">{t('选择…')}</option>
        {coded.map((grid) => (
          <option key={grid.label} value={grid.label}>
            {nameOf(grid, draft.community.code)} {grid.name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Found({ found, draft }: { found: Lineage; draft: Draft }) {
  const layout = layOut(found);
  const name = (node: Pick<Node, 'code'>): string => nameOf({ label: 0, code: node.code }, draft.community.code);
  const day = (iso: string | null): string => (iso === null ? t('最初') : fullDay(iso, zone.value));
  const told = layout.rows.map((row) => layout.nodes.filter((node) => node.valid_from === row));
  return (
    <>
      {found.links.length === 0 && <p class="note">{t('自 {at} 起没有变过。', { at: day(layout.rows[0] ?? null) })}</p>}
      {found.links.length > 0 && (
        <div class="lineage" tabIndex={0} role="region" aria-label={t('来历图')}>
          <Drawing layout={layout} name={name} day={day} own={found.grid} />
        </div>
      )}
      <ol class="generations">
        {told.toReversed().map((nodes) => (
          <li key={nodes[0]?.valid_from}>
            <h3>{t('{at} 起', { at: day(nodes[0]?.valid_from ?? null) })}</h3>
            <ul>
              {nodes.map((node) => (
                <Told key={node.id} node={node} edges={layout.edges.filter(({ to }) => to.id === node.id)} name={name} own={found.grid} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      <p class="after-list">
        <Download name={`lineage-${found.grid}`} of={t('网格的来历')} rows={() => rowsOf(layout.edges)} />
      </p>
    </>
  );
}

function Told(props: { node: Node; edges: readonly Edge[]; name: (node: Node) => string; own: string }) {
  const { node, edges, name, own } = props;
  const n = (value: number): string => count(value, lang.value);
  return (
    <li class={node.code === own ? 'own' : undefined}>
      <b>{t('网格 {name}', { name: name(node) })}</b>
      {node.households !== null && <span class="number">{t('{n} 户', { n: n(node.households) })}</span>}
      {edges.length > 0 && (
        <small>
          {edges
            .toSorted((a, b) => b.households - a.households)
            .map(({ from, kind, households }) =>
              t('来自 {name}：{n} 户（{kind}）', { name: name(from), n: n(households), kind: t(KIND_WORD[kind]) }),
            )
            .join(' · ')}
        </small>
      )}
    </li>
  );
}

/** Of one box, and from one to the next. */
const BOX = { width: 72, height: 42 };
const STEP = { x: 82, y: 88 };
/** Where the days stand. */
const LEFT = 80;
const TOP = 2;

function Drawing(props: {
  layout: ReturnType<typeof layOut>;
  name: (node: Node) => string;
  day: (iso: string | null) => string;
  own: string;
}) {
  const { layout, name, day, own } = props;
  const [width, height] = [LEFT + layout.width * STEP.x + 2, (layout.rows.length - 1) * STEP.y + TOP + BOX.height + 2];
  const middle = ({ x }: Node): number => LEFT + x * STEP.x + STEP.x / 2;
  const top = ({ row }: Node): number => row * STEP.y + TOP;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {layout.edges.map(({ from, to, households }) => {
        const [x1, y1, x2, y2] = [middle(from), top(from) + BOX.height, middle(to), top(to)];
        const bend = (y2 - y1) / 2;
        return (
          <path
            key={`${from.id} ${to.id}`}
            d={`M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`}
            stroke-width={1.5 + Math.min(6, households / 80)}
          />
        );
      })}
      {layout.nodes.map((node) => (
        <g key={node.id} class={node.code === own ? 'own' : undefined}>
          <rect x={middle(node) - BOX.width / 2} y={top(node)} width={BOX.width} height={BOX.height} rx={7} />
          <text x={middle(node)} y={top(node) + 17}>
            {name(node)}
          </text>
          <text class="size" x={middle(node)} y={top(node) + 34}>
            {node.households === null ? '–' : t('{n} 户', { n: count(node.households, lang.value) })}
          </text>
        </g>
      ))}
      {layout.rows.map((row, index) => (
        <text key={row} class="day" x={4} y={index * STEP.y + TOP + BOX.height / 2 + 4}>
          {day(row)}
        </text>
      ))}
    </svg>
  );
}

function rowsOf(edges: readonly Edge[]) {
  const head = [t('从网格'), t('到网格'), t('生效'), t('变化'), t('户数')];
  return [head, ...edges.map(({ from, to, kind, households }) => [from.code, to.code, to.valid_from, t(KIND_WORD[kind]), households])];
}
