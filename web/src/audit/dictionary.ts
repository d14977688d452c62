/** What only the audit says. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
  // the frame
  '网格员列表': 'Workers',
  '地图与时间线': 'Map and time line',
  // workers
  '搜索姓名、工号或网格': 'Search name, code or grid',
  '未达标优先': 'Short first',
  '有线索优先': 'Signs first',
  '按网格': 'By grid',
  '按姓名': 'By name',
  '{n} 名网格员': '{n} workers',
  '没有符合“{q}”的网格员。清空搜索可看到全部。': 'No worker matches “{q}”. Clear the search to see all.',
  '还没有网格员。用 gis-grid import FILE --as tracks 导入轨迹。':
    'No workers yet. Import tracks with gis-grid import FILE --as tracks.',
  '返回全部': 'Back to all',
  '未分配网格': 'No grid assigned',
  '判定：达标 {met}，未达标 {short}，待复核 {review}': 'Verdicts: {met} met, {short} short, {review} to review',
  '没有工号为 {code} 的网格员。从列表中选一名。': 'No worker has the code {code}. Choose one from the list.',
  // overview
  '概况': 'Overview',
  '社区': 'Communities',
  '目标 300–500 户': 'Target 300–500 households',
  '户数超出或不足的网格': 'Grids out of range',
  '所有网格都在 300–500 户之间。': 'Every grid holds 300–500 households.',
  '选一名网格员，或点击地图上的网格，查看两周的判定。':
    'Choose a worker, or click a grid on the map, to see two weeks of verdicts.',
  '还没有网格。用 gis-grid import FILE --as grids 导入边界。':
    'No grids yet. Import boundaries with gis-grid import FILE --as grids.',
  '点击地图上的网格，查看它的户数和建筑。': 'Click a grid on the map to see its households and buildings.',
  '看我自己的判定': 'See my own verdicts',
  '我的判定': 'My verdicts',
  '全部网格员的判定': 'Verdicts of all workers',
  // grid facts
  '比上限多 {n} 户': '{n} above the limit',
  '比下限少 {n} 户': '{n} below the limit',
  '这个网格还没有网格员。用 gis-grid import FILE --as tracks 导入轨迹时指定。':
    'Nobody is assigned to this grid yet. Name the grid when you import tracks with gis-grid import FILE --as tracks.',
  // calendar
  '日历': 'Calendar',
  '合计': 'Sum',
  '一': 'Mo',
  '二': 'Tu',
  '三': 'We',
  '四': 'Th',
  '五': 'Fr',
  '六': 'Sa',
  '日': 'Su',
  '休息日': 'Day off',
  '无判定': 'No verdict',
  '无轨迹': 'No track',
  '网格内 {d}': '{d} inside',
  '这名网格员还没有判定。运行 gis-grid judge --from … --to … 。':
    'This worker has not been judged yet. Run gis-grid judge --from … --to … .',
  '前两周': 'Earlier two weeks',
  '后两周': 'Later two weeks',
  '选一天查看轨迹和判定依据。': 'Choose a day to see its track and the evidence.',
  // the day
  '当日判定': 'Verdicts of the day',
  '本周判定': 'Verdicts of the week',
  '巡查': 'Patrols',
  '第 {n} 次': 'No. {n}',
  '当天没有巡查。': 'No patrol on this day.',
  '要求 {d}': 'Required {d}',
  '至少': 'At least',
  '最可能': 'Best',
  '至多': 'At most',
  '时间不明 {d}': 'Unknown {d}',
  '依据时段': 'Evidence',
  '放大到': 'Zoom to',
  '再显示 {n} 段': 'Show {n} more',
  '线索': 'Signs',
  '线索只是值得看一看的理由，不是结论。': 'A sign is a reason to look, not a verdict.',
  '你查看轨迹会记入台账，网格员本人可以看到。': 'Looking at a track is logged; the worker can read the log.',
  '依据': 'Profile',
  '判定于 {at}': 'judged {at}',
  '暂定': 'provisional',
  '这一天没有轨迹。换一天，或导入这一天的轨迹。': 'No track on this day. Choose another day, or import its track.',
  '当天时间线': 'The day on a line',
  '时间线：{summary}': 'Time line: {summary}',
  // track
  '排除的定位点': 'Flagged fixes',
  '起点 {t}': 'Start {t}',
  '终点 {t}': 'End {t}',
  '精度 {m} 米': 'accuracy {m} m',
  '精度过差': 'poor accuracy',
  '重复': 'duplicate',
  '乱序': 'out of order',
  '跳点': 'jump',
  '时间在未来': 'time in the future',
  '冲突': 'conflict',
  // layers and legend
  '图层': 'Layers',
  '网格边界：{day} 12:00': 'Grid boundaries of {day}, 12:00',
  '隐患': 'Hazards',
  '看热力图': 'See heatmaps',
  '显示最近 {n} 条，共 {all} 条': 'The latest {n} of {all} are shown',
  '期限 {at}': 'Due {at}',
  '已逾期': 'Overdue',
  '没有期限': 'No deadline',
  '上报于 {at}': 'Reported {at}',
  '看全部网格': 'Show all grids',
} as const;

export const english = { ...shared, ...own };

export type Word = WordOf<typeof english>;
