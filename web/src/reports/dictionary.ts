/** Sentences of the reports' page. What stands in a report the program says itself. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const english = {
  ...shared,
  // the list
  '全部报表': 'All reports',
  '热力图': 'Maps',
  '通报与评分': 'Bulletins and scorecards',
  '数量': 'Counts',
  '每个单元上报了多少': 'How many were reported in each cell',
  '热点': 'Hot spots',
  '哪里的聚集超出偶然': 'Where they cluster beyond chance',
  '变化': 'Over time',
  '逐日、逐周、逐时播放': 'Plays day by day, week by week, hour by hour',
  '发现率': 'Rates',
  '每巡查小时发现多少': 'How many are found per hour of patrol',
  '走访覆盖': 'Visits',
  '走访到了哪里，按整周公布': 'Where visits went, in whole weeks',
  '分析通报': 'Bulletin',
  '数量、趋势、异常上升、难点': 'Counts, trends, rises beyond chance, difficulties',
  '评分表': 'Scorecards',
  '每条规则、每名网格员的判定': 'Verdicts by rule and by grid worker',
  // choosing
  '条件': 'What it tells of',
  '期间': 'Period',
  '全部数据': 'All data',
  '最近 7 天': 'Last 7 days',
  '最近 30 天': 'Last 30 days',
  '自选': 'Own choice',
  '从': 'From',
  '到': 'To',
  '日': 'Day',
  '周': 'Week',
  '月': 'Month',
  '按': 'By',
  '所在日期': 'A day of it',
  '前一期': 'The one before',
  '后一期': 'The next one',
  '社区': 'Community',
  '全部社区': 'All communities',
  '统计': 'Of',
  '隐患': 'Hazards',
  '事件和隐患': 'Hazards and incidents',
  '单元': 'Cells',
  '9 级，约 200 米': 'level 9, some 200 m',
  '10 级，约 76 米': 'level 10, some 76 m',
  '11 级，约 29 米': 'level 11, some 29 m',
  '每帧': 'Each picture',
  '一天': 'a day',
  '一周': 'a week',
  '一天中的小时': 'an hour of the day',
  '星期几': 'a day of the week',
  '对象': 'Ground',
  '单独打开，更多条件': 'On its own, with more conditions',
  // the files
  '下载': 'Download',
  '正在生成…': 'Being made…',
  '此服务器没有 Chromium，不能生成 PDF；请单独打开后用浏览器打印。':
    'There is no Chromium on the server to print a PDF; open the report on its own and print it from the browser.',
  '巡查明细 {kind}': 'Patrols {kind}',
  // shown
  '报表：{name}': 'Report: {name}',
} as const;

export type Word = WordOf<typeof english>;
