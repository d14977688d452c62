/** The way from nothing to a first judged day: what each step wants, who does it, and how far it is. */
import type { Started } from '../api/start';
import type { Role } from '../api/types';
import type { Word } from './dictionary';
import { t } from './i18n';

export type Id = 'areas' | 'ground' | 'people' | 'grids' | 'workers' | 'phones' | 'judged';

export interface Way {
  /** When this way is taken. */
  readonly when: Word;
  readonly commands?: readonly string[];
  readonly link?: { readonly path: string; readonly word: Word };
}

export interface Wants {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note: Word;
}

export interface Step {
  readonly id: Id;
  readonly title: Word;
  readonly about: Word;
  /** `server`: whoever may run commands there. */
  readonly who: readonly (Role | 'server')[];
  readonly wants?: Wants;
  readonly ways: readonly Way[];
}

/** Return the steps; days of what came in already stand in their commands. */
export function stepsOf({ first_duty: first, last_duty: last }: Started, dayOf: (iso: string) => string): Step[] {
  const [from, to] = [first ? dayOf(first) : '2026-11-01', last ? dayOf(last) : '2026-11-07'];
  return [
    {
      id: 'areas',
      title: '区域',
      about: '县（区）、街道（乡镇）、社区，连成一棵树。网格不跨社区。',
      who: ['server'],
      wants: {
        file: 'areas.geojson',
        columns: ['code', 'name', 'kind', 'parent_code'],
        rows: [
          ['999001', t('示例县'), 'county', ''],
          ['999001101', t('示例镇'), 'subdistrict', '999001'],
          ['999001101001', t('河西社区'), 'community', '999001101'],
        ],
        note: '每行一个面。GeoJSON、GeoPackage、Shapefile（可打成 .zip）都可以；只有社区是必需的。',
      },
      ways: [{ when: '导入', commands: ['gis-grid import areas.geojson --as areas'] }],
    },
    {
      id: 'ground',
      title: '建筑和道路',
      about: '网格按户数划分，并沿道路和河流分界。没有户数时按楼层和面积估算，并标明是估算。',
      who: ['server', 'planner'],
      wants: {
        file: 'buildings.geojson',
        columns: ['id', 'kind', 'floors', 'households'],
        rows: [
          ['B001', 'apartments', '6', '48'],
          ['B002', 'house', '2', '1'],
          ['B003', 'school', '4', '0'],
        ],
        note: '每行一个面或点。道路要 id 和 class（main、lane、path、rail），水面要 id。',
      },
      ways: [
        {
          when: '有自己的图层',
          commands: [
            'gis-grid import buildings.geojson --as buildings',
            'gis-grid import roads.geojson --as roads',
            'gis-grid import water.geojson --as water',
          ],
        },
        { when: '或用 OpenStreetMap 的县域提取', commands: ['gis-grid import town.osm.pbf'] },
        { when: '或由区划员经接口逐批发送建筑', link: { path: '/ogc/collections/buildings', word: '数据接口' } },
      ],
    },
    {
      id: 'people',
      title: '各人的账号',
      about: '管理员不看任何人的行踪，也不划分网格：请给区划员、指挥员和核查员各一个账号。',
      who: ['admin'],
      ways: [
        { when: '在页面上', link: { path: '/account/', word: '我的账号' } },
        {
          when: '或在服务器上；自己也要划分时，给自己加一个角色',
          commands: [
            'gis-grid user add ling --role planner',
            'gis-grid user add wang --role commander --role auditor',
            'gis-grid user roles admin --give planner',
          ],
        },
      ],
    },
    {
      id: 'grids',
      title: '网格',
      about: '每个社区分成 300-500 户的网格。草案、审核、发布；发布以后从所选时刻起生效。',
      who: ['planner'],
      wants: {
        file: 'grids.geojson',
        columns: ['code', 'name', 'community_code'],
        rows: [
          ['999001101001001', t('第1网格'), '999001101001'],
          ['999001101001002', t('第2网格'), '999001101001'],
          ['999001101001003', t('第3网格'), '999001101001'],
        ],
        note: '每行一个面；只在已经有网格图时需要。要判定过去的日子，生效日必须早于那些日子。',
      },
      ways: [
        { when: '在地图上划分并发布', link: { path: '/plan/', word: '区划' } },
        {
          when: '或让机器划分，再逐个审核、发布（编号见 gis-grid plan list）',
          commands: ['gis-grid plan partition-all', 'gis-grid plan review 1', 'gis-grid plan publish 1'],
        },
        { when: '或导入已有的网格', commands: [`gis-grid import grids.geojson --as grids --valid-from ${from}`] },
      ],
    },
    {
      id: 'workers',
      title: '各网格的网格员',
      about: '谁负责哪个网格，从哪天起。网格编码见“区划”页。',
      who: ['server'],
      wants: {
        file: 'workers.csv',
        columns: ['worker', 'name', 'grid', 'first_date'],
        rows: [
          ['W001', t('甲'), '999001101001001', from],
          ['W002', t('乙'), '999001101001002', from],
          ['W003', t('丙'), '', ''],
        ],
        note: 'CSV 表格，UTF-8 或 GB18030。没有日期时从网格生效起；再次导入即更新。',
      },
      ways: [{ when: '导入', commands: ['gis-grid import workers.csv --as workers'] }],
    },
    {
      id: 'phones',
      title: '手机和轨迹',
      about: '每部手机凭自己的令牌上报；只在值守期间保存位置。已有的轨迹文件也可以导入。',
      who: ['server', 'worker'],
      ways: [
        {
          when: '发一部手机，显示设置二维码，并给网格员账号',
          commands: [
            'gis-grid device add PHONE-01 --worker W001',
            'gis-grid device setup PHONE-01',
            'gis-grid user add w001 --role worker --worker W001',
          ],
        },
        {
          when: '或导入轨迹（GPX、CSV、GeoJSON）',
          commands: ['gis-grid import walk.geojson --as tracks --worker W001'],
        },
      ],
    },
    {
      id: 'judged',
      title: '第一个判定日',
      about: '程序每夜自行判定，迟到的数据来了再判；不想等时现在就判。没有轨迹的网格员时长为零，会判为不足；只判一人时加 --worker W001。',
      who: ['server'],
      ways: [
        { when: '现在就判', commands: [`gis-grid judge --from ${from} --to ${to}`] },
        { when: '然后看每个判定和它的轨迹（核查员）', link: { path: '/', word: '核查' } },
      ],
    },
  ];
}

/** Say whether a step is done. */
export function isDone(id: Id, started: Started): boolean {
  const { accounts } = started;
  switch (id) {
    case 'areas':
      return started.communities > 0;
    case 'ground':
      return started.buildings > 0;
    case 'people':
      return Boolean(accounts['planner'] && (accounts['commander'] || accounts['auditor']));
    case 'grids':
      return started.grids > 0;
    case 'workers':
      return started.workers_with_grid > 0;
    case 'phones':
      return started.devices > 0;
    case 'judged':
      return started.first_judged_day !== null;
  }
}

/** Say what there is of a step already. */
export function countOf(id: Id, started: Started): string {
  switch (id) {
    case 'areas':
      return t('{n} 个区域，其中社区 {m} 个', { n: started.areas, m: started.communities });
    case 'ground':
      return t('建筑 {n} 座，道路 {m} 条', { n: started.buildings, m: started.roads });
    case 'people':
      return t('管理员 {a}，区划员 {p}，指挥员 {c}，核查员 {u}', {
        a: started.accounts['admin'] ?? 0,
        p: started.accounts['planner'] ?? 0,
        c: started.accounts['commander'] ?? 0,
        u: started.accounts['auditor'] ?? 0,
      });
    case 'grids':
      return t('生效 {n} 个，将生效 {m} 个，草案 {d} 份', {
        n: started.grids,
        m: started.grids_to_come,
        d: started.drafts,
      });
    case 'workers':
      return t('{n} 人，其中现有网格的 {m} 人', { n: started.workers, m: started.workers_with_grid });
    case 'phones':
      return t('{n} 部，其中上报过的 {m} 部', { n: started.devices, m: started.devices_heard });
    case 'judged':
      return started.first_judged_day ?? t('还没有判定');
  }
}
