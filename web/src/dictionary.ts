/**
 * Every sentence of the pages: English keyed by Chinese.
 *
 * A missing key is a type error where it is used, and so is a missing or a wrong placeholder.
 */
export type Lang = 'zh' | 'en';

export const english = {
  // the frame
  '网格图': 'GIS Grid',
  '核查': 'Audit',
  '报表': 'Reports',
  '工作区': 'Workspaces',
  '跳到内容': 'Skip to content',
  '深色': 'Dark',
  '浅色': 'Light',
  '切换到深色': 'Switch to dark',
  '切换到浅色': 'Switch to light',
  '网格员列表': 'Workers',
  '详情': 'Details',
  '地图': 'Map',
  '地图与时间线': 'Map and time line',
  // loading and failing
  '正在加载…': 'Loading…',
  '正在加载地图…': 'Loading the map…',
  '重试': 'Try again',
  '没有联系上服务': 'The service did not answer',
  '请确认程序仍在运行，然后重试。': 'Make sure the program is still running, then try again.',
  '请求失败': 'The request failed',
  '地图无法显示': 'The map cannot be shown',
  '浏览器没有 WebGL 2；列表和判定不受影响。': 'This browser has no WebGL 2; lists and verdicts still work.',
  '底图的部分图块没有取到': 'Part of the base map could not be fetched',
  // workers
  '搜索姓名、工号或网格': 'Search name, code or grid',
  '排序': 'Sort by',
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
  '网格': 'Grids',
  '户数': 'Households',
  '社区': 'Communities',
  '目标 300–500 户': 'Target 300–500 households',
  '超出': 'Over',
  '不足': 'Under',
  '合适': 'In range',
  '户数超出或不足的网格': 'Grids out of range',
  '所有网格都在 300–500 户之间。': 'Every grid holds 300–500 households.',
  '选一名网格员，或点击地图上的网格，查看两周的判定。':
    'Choose a worker, or click a grid on the map, to see two weeks of verdicts.',
  '还没有网格。用 gis-grid import FILE --as grids 导入边界。':
    'No grids yet. Import boundaries with gis-grid import FILE --as grids.',
  '全部网格员的判定': 'Verdicts of all workers',
  // grid facts
  '{n} 户': '{n} households',
  '{n} 栋建筑': '{n} buildings',
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
  // outcome
  '达标': 'Met',
  '未达标': 'Short',
  '待复核': 'Review',
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
  '第 {n} 版': 'revision {n}',
  '暂定': 'provisional',
  '这一天没有轨迹。换一天，或导入这一天的轨迹。': 'No track on this day. Choose another day, or import its track.',
  '当天时间线': 'The day on a line',
  '时间线：{summary}': 'Time line: {summary}',
  '骑行': 'ridden',
  '久停': 'standing',
  '精度恒定': 'constant accuracy',
  '步距过匀': 'equal steps',
  '无噪声': 'noiseless',
  '噪声似随机生成': 'noise looks drawn',
  '轨迹雷同': 'copied',
  // track
  '网格内': 'Inside',
  '不确定': 'Uncertain',
  '网格外': 'Outside',
  '不明': 'Unknown',
  '排除的定位点': 'Flagged fixes',
  '起点 {t}': 'Start {t}',
  '终点 {t}': 'End {t}',
  '精度 {m} 米': 'accuracy {m} m',
  '精度过差': 'poor accuracy',
  '重复': 'duplicate',
  '乱序': 'out of order',
  '跳点': 'jump',
  '模拟定位': 'mock position',
  '时间在未来': 'time in the future',
  '冲突': 'conflict',
  // layers and legend
  '图层': 'Layers',
  '图例': 'Legend',
  '网格边界：{day} 12:00': 'Grid boundaries of {day}, 12:00',
  '事件': 'Incidents',
  '隐患': 'Hazards',
  '看热力图': 'See heatmaps',
  '显示最近 {n} 条，共 {all} 条': 'The latest {n} of {all} are shown',
  '已上报': 'Reported',
  '已呈送': 'Sent up',
  '处理中': 'In hand',
  '已办结': 'Closed',
  '期限 {at}': 'Due {at}',
  '已逾期': 'Overdue',
  '没有期限': 'No deadline',
  '上报于 {at}': 'Reported {at}',
  '一般': 'Light',
  '较大': 'Serious',
  '重大': 'Severe',
  '合成的示例数据，不是真实地点': 'Synthetic sample data, not a real place',
  '放大': 'Zoom in',
  '缩小': 'Zoom out',
  '看全部网格': 'Show all grids',
} as const;

export type Sentence = keyof typeof english;

type Placeholder<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** A sentence without placeholders. */
export type Word = { [S in Sentence]: [Placeholder<S>] extends [never] ? S : never }[Sentence];

/** What to say for the placeholders of a sentence: nothing when it has none. */
export type Values<S extends string> = [Placeholder<S>] extends [never]
  ? []
  : [values: Record<Placeholder<S>, string | number>];

/** Return a sentence in a given language. */
export function inLanguage<S extends Sentence>(language: Lang, sentence: S, ...values: Values<S>): string {
  const text: string = language === 'zh' ? sentence : english[sentence];
  const [named] = values as [Record<string, string | number>?];
  return named ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name])) : text;
}
