/** What only the page where one reports says. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
  '上报事件或隐患': 'Report an incident or a hazard',
  '第 {n} 步': 'Step {n}',
  // what kind
  '是什么': 'What kind',
  '搜索类别': 'Search categories',
  '没有符合“{q}”的类别。清空搜索可看到全部。': 'No category matches “{q}”. Clear the search to see all.',
  '紧急': 'Emergency',
  '立即上报指挥中心，时限不分昼夜': 'Sent up at once; the deadline runs day and night',
  '换一类': 'Change',
  '选一个类别': 'Choose a category',
  // what happened
  '发生了什么': 'What happened',
  '标题': 'Title',
  '例如：三单元楼道堆物': 'For example: stairway of unit 3 blocked',
  '详细说明（可不填）': 'More about it (optional)',
  '涉及人数（可不填）': 'Persons concerned (optional)',
  '只写几个人，不写是谁：不要填写居民的姓名、电话、证件号。':
    'Say how many, never who: no names, phone or identity numbers of residents.',
  '写一个标题': 'Give it a title',
  '人数是 0 到 10000 的整数': 'Persons: a whole number from 0 to 10,000',
  // where
  '在哪里': 'Where',
  '地图上的点': 'A point on the map',
  '写地址': 'An address',
  '只知道社区': 'Only the community',
  '我的位置': 'My position',
  '正在定位…': 'Finding your position…',
  '浏览器不允许定位。点地图也可以。': 'The browser does not allow it. Tap the map instead.',
  '没有定位成功。点地图，或再试一次。': 'No position was found. Tap the map, or try again.',
  '定位精度约 {m} 米': 'accurate to about {m} m',
  '点在地图中央': 'Pin at the middle',
  '点一下地图放图钉；键盘用方向键移动地图，再按“点在地图中央”。':
    'Tap the map to set the pin; with a keyboard, move the map with the arrow keys and press “Pin at the middle”.',
  '在 {grid}（{community}）': 'In {grid} ({community})',
  '不在任何网格内；最近的是 {grid}，相距 {m} 米': 'In no grid; the nearest is {grid}, {m} m away',
  '不在你能看到的网格内': 'In none of the grids that you see',
  '还没有图钉': 'No pin yet',
  '拿掉图钉': 'Remove the pin',
  '看全部网格': 'Show all grids',
  '地址': 'Address',
  '例如：建设路 12 号 3 单元门口': 'For example: 12 Jianshe Road, in front of unit 3',
  '社区': 'Community',
  '选社区': 'Choose the community',
  '我自己的社区': 'My own community',
  '没有点就不在地图上，也不归某个网格。': 'Without a point it is on no map and belongs to no grid.',
  '放图钉，或写地址': 'Set a pin, or give an address',
  // when
  '什么时候': 'When',
  '现在': 'Now',
  '别的时间': 'Another time',
  '发现的时间（{zone}）': 'When it was found ({zone})',
  '最近 31 天内，不晚于现在': 'Within the last 31 days, not later than now',
  // photos
  '照片、录音、录像': 'Photos, sound, video',
  '添加文件': 'Add files',
  '每个不超过 {n} MB。位置和拍摄信息会从文件里去掉；请避开居民的脸和门牌。':
    'Up to {n} MB each. Place and details of the device are taken out; avoid faces of residents.',
  '{name} 有 {mb} MB，超过 {n} MB': '{name} has {mb} MB, more than {n} MB',
  '拿掉 {name}': 'Remove {name}',
  '照片不会随刷新保留，其他内容会。': 'Photos do not survive a reload; all else does.',
  '已送达': 'Sent',
  '没送到': 'Not sent',
  // likely the same
  '可能已经有人报过': 'Somebody may have reported it already',
  '请先看一眼，是同一件就不用再报。': 'Have a look first: if it is the same, no second report is needed.',
  '相距 {m} 米': '{m} m away',
  '没有点': 'no point',
  '几乎同时': 'at nearly the same time',
  '早 {h}': '{h} before',
  '晚 {h}': '{h} after',
  '相似 {n}%': '{n}% alike',
  '就是这件': 'It is this one',
  '都不是，仍要上报': 'None of them: report',
  '没有查成是否重复': 'Whether it was reported already could not be looked up',
  // sending
  '上报': 'Report',
  '正在发送…': 'Sending…',
  '正在发送第 {n} 个文件，共 {all} 个': 'Sending file {n} of {all}',
  '再发一次': 'Send again',
  '没有发出去。内容还在，同一编号再发一次不会变成两件。':
    'It was not sent. Nothing is lost: sent again under the same code it stays one incident.',
  '还缺：{what}': 'Still missing: {what}',
  '清空重填': 'Clear the form',
  // receipt
  '已收到': 'Received',
  '第一次其实已经送到；之后改动的内容没有送出。':
    'The first try did arrive; what was changed after it was not sent.',
  '编号': 'Code',
  '状态': 'State',
  '办结时限': 'To be closed by',
  '没有时限': 'no deadline',
  '不在任何网格内': 'in no grid',
  '{n} 个文件没有送到。事件已经收到，只需再发这些文件。':
    '{n} files did not arrive. The incident was received; only they are sent again.',
  '附件 {n} 个': '{n} attachments',
  '去看这件事': 'Open the incident',
  '再报一件': 'Report another',
} as const;

export const english = { ...shared, ...own };

export type Word = WordOf<typeof english>;
