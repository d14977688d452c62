/** What only the page of visits says. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
  '列表': 'Lists',
  // lists
  '该走访的': 'Due',
  '走访记录': 'Made',
  '预约': 'Appointments',
  '覆盖率': 'Coverage',
  '要害部位': 'Key places',
  // classes, states, ways
  '物业和门卫': 'Property and guards',
  '出租房': 'Rented home',
  '关爱对象': 'In care',
  '居民户': 'Household',
  '登记随访': 'Registered follow-ups',
  '已超期': 'Overdue',
  '该走访': 'Due',
  '本期已访': 'Done this period',
  '不要求': 'Not asked',
  '全部状态': 'Any state',
  '状态': 'State',
  '上门': 'At the door',
  '按预约': 'By appointment',
  '电话': 'Phone',
  // filters
  '全部网格': 'All grids',
  '全部类别': 'All classes',
  '类别': 'Class',
  '超期和该走访的': 'Due and overdue',
  '从': 'From',
  '到': 'To',
  '今后一个月': 'The month ahead',
  '最近七天': 'Last seven days',
  '下载 CSV': 'Download CSV',
  '共 {n} 项': '{n} in all',
  '显示前 {n} 项，共 {all} 项；下载得到全部。': 'The first {n} of {all}; the download has all.',
  '再看 {n} 项': '{n} more',
  // due
  '今天 {day}': 'Today, {day}',
  '最晚 {day}': 'by {day}',
  '{day} 起超期，缺 {n} 期': 'overdue since {day}, {n} missed',
  '上次 {day}': 'last on {day}',
  '还没有走访过': 'never visited',
  '规则 {rule}': 'rule {rule}',
  '已约 {at}': 'agreed on {at}',
  '编号只有发放它的部门认得；这里没有姓名和电话。':
    'Only the office that issued a reference can resolve it; no names or phones are kept here.',
  '都走访过了，没有该走访的。可以看“覆盖率”，或换一个状态。':
    'All are visited, nothing is due. See “Coverage”, or choose another state.',
  '这个条件下没有走访对象。换一个类别、状态或网格。': 'No target matches. Choose another class, state or grid.',
  '还没有走访对象。用 gis-grid import FILE --as visit-targets 导入走访名单。':
    'There are no targets yet. Import their list with gis-grid import FILE --as visit-targets.',
  '看地图': 'Show the map',
  '收起地图': 'Hide the map',
  '看全部对象': 'Show all targets',
  // reporting
  '上报走访': 'Report a visit',
  '方式': 'How',
  '什么时候': 'When',
  '现在': 'Now',
  '别的时间': 'Another time',
  '时间（{zone}，七天内）': 'Time ({zone}, within seven days)',
  '赴哪个约': 'Which appointment',
  '没有预约': 'None',
  '记下走访': 'Record the visit',
  '已记下 {target} 的走访。填错了可以在“走访记录”里撤回。':
    'The visit to {target} is recorded. A mistake can be withdrawn under “Made”.',
  '约时间': 'Agree on a time',
  '开始（{zone}）': 'From ({zone})',
  '多久': 'How long',
  '{n} 分钟': '{n} min',
  '记下预约': 'Record the appointment',
  '已约好 {target}：{at}': 'Agreed with {target}: {at}',
  '请填七天内、不晚于现在的时间': 'Give a time within the last seven days, not after now',
  '请填今后一年内的时间': 'Give a time within the coming year',
  // made
  '对照轨迹只是问一问的理由，从来不是结论：室内定位可能差很远，没有对上也照样计数。':
    'What the track says is a reason to ask, never a verdict: indoors a phone may be far off, and a visit counts all the same.',
  '电话走访，不对照轨迹': 'A call: no track is asked',
  '还没有对照（每晚对照一次）': 'Not compared yet (each night)',
  '轨迹到过 {within} 米内，停留 {stayed}': 'The track came within {within} m and stayed {stayed}',
  '轨迹最近 {m} 米，停留 {stayed}：可以问一问': 'The track came as near as {m} m, stayed {stayed}: one may ask',
  '那段时间没有轨迹，无从对照': 'No track of that time: nothing to compare',
  '代班': 'stand-in',
  '不计数': 'does not count',
  '那时不负责这个网格': 'did not have the grid then',
  '已撤回：{why}（{by}，{at}）': 'Withdrawn: {why} ({by}, {at})',
  '撤回': 'Withdraw',
  '撤回的原因': 'Why it is withdrawn',
  '对象填错': 'Wrong target',
  '时间填错': 'Wrong time',
  '方式填错': 'Wrong way',
  '其实没有走访': 'Not made',
  '重复填报': 'Entered twice',
  '这些天没有走访。': 'No visit on these days.',
  '去看 {range}': 'See {range}',
  '到“该走访的”里选一项，就能上报走访。': 'Choose a target under “Due” to report a visit.',
  // appointments
  '待赴约': 'Open',
  '已赴约': 'Kept',
  '没有赴约': 'Missed',
  '已取消': 'Called off',
  '取消预约': 'Call off',
  '取消的原因': 'Why it is called off',
  '对方要求取消': 'Asked to',
  '去不了': 'Cannot come',
  '改时间': 'Another time is agreed',
  '填错了': 'A mistake',
  '这些天没有预约。选更早的日子可看过去的。': 'No appointment on these days. Choose earlier days to see the past.',
  '到“该走访的”里选一项，就能约时间。': 'Choose a target under “Due” to agree on a time.',
  // coverage
  '上一季度': 'Quarter before',
  '下一季度': 'Quarter after',
  '{from} 至 {to}': '{from} to {to}',
  '已访 {done} / {due}': '{done} of {due} visited',
  '全部': 'All',
  '另有 {n} 户还不在任何名单里（共 {all} 户）': '{n} households stand in no list yet (of {all})',
  '名单短，满分不等于都走到：请把还不在名单里的户补上。':
    'Full coverage of a short list is not full coverage: add the households that stand in none.',
  '这个季度没有按季度要求的走访对象。换一个季度，或看“该走访的”。':
    'No target is asked for by the quarter. Choose another quarter, or see “Due”.',
  '只计数的类别': 'Counted only',
  '这些类别只有每个网格的应访和已访数，没有对象，也不上地图。':
    'Of these classes only due and done per grid are kept: no target, and nothing on a map.',
  '应访': 'Due',
  '已访': 'Done',
  '没有只计数的类别。': 'No class is only counted.',
  // key places
  '巡查到没有，看网格员的轨迹离得多近、停了多久；一天过完以后才有。':
    'Inspected or not, by how near the worker’s track came and how long it stayed; told when a day is over.',
  '到过': 'Inspected',
  '没有到够': 'Not enough',
  '没有轨迹': 'No track',
  '最近 {m} 米，停留 {stayed}': 'nearest {m} m, stayed {stayed}',
  '要求 {within} 米内停留 {stayed}': 'asked: {stayed} within {within} m',
  '这些天没有要害部位的记录。换几天，或用 gis-grid import FILE --as key-places 导入要害部位。':
    'Nothing on key places on these days. Choose other days, or import them with gis-grid import FILE --as key-places.',
} as const;

export const english = { ...shared, ...own };

export type Word = WordOf<typeof english>;
