/** Sentences of the first run. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const english = {
  ...shared,
  '从空库到第一个判定日：照着做，每做完一步这里会打勾。':
    'From nothing to a first judged day: each step is ticked off here as soon as it is done.',
  '做完 {n} / {m} 步': '{n} of {m} steps are done',
  '全部做完': 'All is done',
  '去核查，看每个判定和它的轨迹。': 'Go to Audit, and see each verdict with its track.',
  '命令在运行 gis-grid serve 的服务器上、用同一个系统账号和同样的 GIS_GRID_… 设置执行；程序可以一直运行。':
    'Run commands on the server that runs gis-grid serve, by the same system account and with the same GIS_GRID_… settings; it may go on running.',
  '已完成': 'Done',
  '下一步': 'Next',
  '稍后': 'Later',
  '谁做': 'Who',
  '服务器上的人': 'Whoever runs the server',
  '要什么文件': 'Which file',
  '{file} 的三行示例': 'Three rows of {file}',
  '复制命令：{command}': 'Copy the command: {command}',
  '你的角色打不开这一页；由{who}来做。': 'Your roles do not open that page; {who} does it.',
  '只想看看？': 'Only looking?',
  '示例镇有三个社区、32 名网格员和两周的轨迹，全是合成的。它要有自己的数据目录：':
    'The sample town has three communities, 32 grid workers and two weeks of tracks, all made up. It wants a data folder of its own:',
  '这里就是示例镇：人和地点都是合成的。要用真实数据，请换一个空的数据目录。':
    'This is the sample town: people and places are made up. For real data take an empty data folder.',
  '安装还没有完成': 'The installation is not ready yet',
  '你的管理员或区划员正在准备；需要时请找他们。': 'Your administrator or planner is setting it up; ask them if need be.',
  // steps
  '区域': 'Areas',
  '县（区）、街道（乡镇）、社区，连成一棵树。网格不跨社区。':
    'County, subdistrict or township, community: a tree. A grid never crosses a community.',
  '示例县': 'Sample County',
  '示例镇': 'Sample Town',
  '河西社区': 'Hexi Community',
  '每行一个面。GeoJSON、GeoPackage、Shapefile（可打成 .zip）都可以；只有社区是必需的。':
    'A polygon each. GeoJSON, GeoPackage or Shapefile (also in a .zip); only communities are needed.',
  '导入': 'Import',
  '建筑和道路': 'Buildings and roads',
  '网格按户数划分，并沿道路和河流分界。没有户数时按楼层和面积估算，并标明是估算。':
    'Grids are divided by households, along roads and rivers. Without households they are estimated from floors and area, and marked so.',
  '每行一个面或点。道路要 id 和 class（main、lane、path、rail），水面要 id。':
    'A polygon or point each. Roads want id and class (main, lane, path, rail), water wants id.',
  '有自己的图层': 'With layers of your own',
  '或用 OpenStreetMap 的县域提取': 'Or an extract of OpenStreetMap of the county',
  '或由区划员经接口逐批发送建筑': 'Or a planner sends buildings over the API',
  '数据接口': 'The API',
  '各人的账号': 'Accounts',
  '管理员不看任何人的行踪，也不划分网格：请给区划员、指挥员和核查员各一个账号。':
    'An administrator sees where nobody was and divides no grids: give a planner, a commander and an auditor an account.',
  '在页面上': 'On a page',
  '或在服务器上；自己也要划分时，给自己加一个角色':
    'Or on the server; to plan as well, give oneself a role more',
  '每个社区分成 300-500 户的网格。草案、审核、发布；发布以后从所选时刻起生效。':
    'Each community is divided into grids of 300-500 households: draft, review, publish. They are in force from the chosen moment on.',
  '第1网格': 'Grid 1',
  '第2网格': 'Grid 2',
  '第3网格': 'Grid 3',
  '每行一个面；只在已经有网格图时需要。要判定过去的日子，生效日必须早于那些日子。':
    'A polygon each; only where there is a map of grids already. To judge days that are over, grids have to be in force before them.',
  '在地图上划分并发布': 'Divide on the map, and publish',
  '区划': 'Plan',
  '或让机器划分，再逐个审核、发布（编号见 gis-grid plan list）':
    'Or let the machine divide, then review and publish each draft (numbers: gis-grid plan list)',
  '或导入已有的网格': 'Or import grids that there are',
  '各网格的网格员': 'Grid workers',
  '谁负责哪个网格，从哪天起。网格编码见“区划”页。':
    'Who has which grid, from which day on. Codes of grids stand on the page Plan.',
  '甲': 'Ann',
  '乙': 'Bob',
  '丙': 'Cho',
  'CSV 表格，UTF-8 或 GB18030。没有日期时从网格生效起；再次导入即更新。':
    'A CSV table, UTF-8 or GB18030. Without a day from the beginning of the grid on; the same file again updates.',
  '手机和轨迹': 'Phones and tracks',
  '每部手机凭自己的令牌上报；只在值守期间保存位置。已有的轨迹文件也可以导入。':
    'Each phone reports by a token of its own; positions are kept on duty only. Files of tracks can be imported, too.',
  '发一部手机，显示设置二维码，并给网格员账号':
    'Issue a phone, show the QR code that sets it up, and give the worker an account',
  '或导入轨迹（GPX、CSV、GeoJSON）': 'Or import a track (GPX, CSV, GeoJSON)',
  '第一个判定日': 'The first judged day',
  '程序每夜自行判定，迟到的数据来了再判；不想等时现在就判。没有轨迹的网格员时长为零，会判为不足；只判一人时加 --worker W001。':
    'The program judges each night by itself, and again when late data comes; or now. A worker without a track has no time and falls short; --worker W001 judges one alone.',
  '现在就判': 'Judge now',
  '然后看每个判定和它的轨迹（核查员）': 'Then see each verdict with its track (an auditor)',
  // what there is
  '{n} 个区域，其中社区 {m} 个': '{n} areas, {m} of them communities',
  '建筑 {n} 座，道路 {m} 条': '{n} buildings, {m} roads',
  '管理员 {a}，区划员 {p}，指挥员 {c}，核查员 {u}':
    '{a} administrators, {p} planners, {c} commanders, {u} auditors',
  '生效 {n} 个，将生效 {m} 个，草案 {d} 份': '{n} in force, {m} to come, {d} drafts',
  '{n} 人，其中现有网格的 {m} 人': '{n}, of whom {m} have a grid now',
  '{n} 部，其中上报过的 {m} 部': 'Phones: {n}, of which {m} have reported',
} as const;

export type Word = WordOf<typeof english>;
