/** What only one's own page says. */
import { own as contests } from '../contests/dictionary';
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
  // the frame
  '这一页给网格员看自己的时长和判定；你的账号没有对应的网格员。如果你是网格员，请找管理员把账号和你的工号连起来。':
    'This page shows grid workers their own time and verdicts; your account is no worker’s. If you are one, ask an administrator to connect it with your code.',
  '{why}；显示的是 {at} 的内容，连上以后会自动更新。':
    '{why}; this is from {at}, and is brought up to date as soon as there is an answer.',
  // today
  '今天': 'Today',
  '今天还欠': 'Still owed today',
  '今天不欠时长': 'Nothing is owed today',
  '今天没有要求': 'Nothing is asked today',
  '今天已在网格内 {d}': '{d} in the grid today',
  '本周还欠 {d}': '{d} still owed this week',
  '本周不欠时长': 'Nothing is owed this week',
  '这是此刻的估计，以判定为准。': 'An estimate of this moment; the verdict counts.',
  '实时引擎从 {at} 起没有更新，这些数可能旧了。': 'The live engine has not looked since {at}: these figures may be old.',
  '实时引擎还没有运行过，所以算不出今天还欠多少。判定照常进行；请告诉管理员。':
    'The live engine has never run, so what is owed today is not known. Verdicts come all the same; tell an administrator.',
  '实时引擎从 {at} 起停了，所以算不出今天还欠多少。判定照常进行；请告诉管理员。':
    'The live engine has stood still since {at}, so what is owed today is not known. Verdicts come all the same; tell an administrator.',
  '今天没有分给你的网格，所以没有要求。如果不对，请找社区的区划员。':
    'You have no grid today, so nothing is asked. If that is wrong, ask the planner of your community.',
  // the state
  '在网格内': 'In the grid',
  '在网格外': 'Outside the grid',
  '没有收到定位': 'No position comes',
  '到点还欠时': 'Time still owed',
  '还没开始': 'Not started',
  '不在岗': 'Off duty',
  '网格外的时间不计入；回到网格里就接着算。': 'Time outside does not count; back in the grid it goes on.',
  '正在值守，可是一直没有收到定位。请看看手机的定位权限、电量和网络。':
    'You are on duty, but no position comes. Look at the phone: may it locate, is it charged, has it a network?',
  '今天的时长还没够；要补，请先签到再巡查。': 'Today’s time is not reached; to make it up, sign in first, then patrol.',
  '今天要巡查。签到以后，时间才开始算。': 'A patrol is asked of you today. Time counts once you have signed in.',
  '{at} 起': 'since {at}',
  '刚刚收到定位（{at}）': 'Position received just now ({at})',
  '{n} 分钟前收到定位（{at}）': 'Position received {n} min ago ({at})',
  '上次收到定位：{at}': 'Last position received {at}',
  '今天还没有收到定位。': 'No position was received today.',
  // duty
  '值守': 'Duty',
  '值守中': 'On duty',
  '今天的值守': 'Duty of today',
  '日常值守': 'Regular',
  '弹性时间': 'Flexible hours',
  '按预约': 'By appointment',
  '为了什么': 'What for',
  '签到': 'Sign in',
  '签退': 'Sign out',
  '忘了签退的话，最长算到 {at}。': 'If you forget to sign out, it counts until {at} at most.',
  '值守以外的定位不保存。这一页不记录位置，位置由手机上的定位软件发送。':
    'No position is kept off duty. This page records none: the tracking app of the phone sends them.',
  '{at} 的签到还没有送到，已记在手机上，有网络就自动送出；送到以前收到的定位不保存。':
    'The sign-in of {at} has not arrived. It is kept on the phone and sent as soon as there is a network; positions received before it are not kept.',
  '{at} 的签退还没有送到，已记在手机上，有网络就自动送出。':
    'The sign-out of {at} has not arrived. It is kept on the phone and sent as soon as there is a network.',
  // verdicts
  '最近两周的判定': 'Verdicts of the last two weeks',
  '看更早的判定': 'See earlier verdicts',
  '这两周还没有判定。收到定位以后，程序每天夜里判定一次；明天再来看。':
    'Nothing was judged in these two weeks. Once positions come in, they are judged each night; look again tomorrow.',
  '网格内 {d}': '{d} in the grid',
  '暂定': 'provisional',
  '整周的规则': 'Rules of the week',
  '休息日，没有按天的规则。': 'A day off: no rule asks for anything on it.',
  '这一天没有按天的规则。': 'No rule asks for anything on this day.',
  '第 {n} 次巡查': 'Patrol {n}',
  '在地图上回放这一天': 'Replay this day on the map',
  '按月、按季的判定': 'Verdicts of months and quarters',
  '还没有按月、按季的判定。有这样的规则时，走访等记录每天夜里判定一次。':
    'No month or quarter was judged. Where rules ask for something over one, records such as visits are judged each night.',
  '做到': 'Reached',
  '要求': 'Required',
  '{a} 到 {b} 之间': 'between {a} and {b}',
  // contests
  '我的异议': 'My contests',
  '已提交。复核以后，这里会写明结果。': 'Sent. Once it is reviewed, what came of it stands here.',
  '我的异议：{state}': 'My contest: {state}',
  '还没有提过异议。判定不对时，在那条判定下面提；复核之前它不计作未达标。':
    'You have contested nothing. When a verdict is wrong, say so below it; until that is reviewed, it does not count as short.',
  '这里是最近的 {n} 条。': 'These are the last {n}.',
  '整周 {week}': 'Week {week}',
  '{day} {at} 开始的巡查': 'Patrol of {day}, {at}',
  // looks
  '谁看过我的轨迹': 'Who looked at my track',
  '自己看的不列在这里。': 'Your own looks are not listed.',
  '全部记录和我的数据': 'All of them, and my data',
  '还没有别人看过。有人看，就会记在这里。': 'Nobody else has looked. Whoever does is written down here.',
  '看了 {days} 的轨迹': 'looked at the track of {days}',
  '当天 {n} 次': '{n} times that day',
  '再显示一些': 'Show more',
  '在地图上看': 'seen on the map',
  '由程序读取': 'read by a program',
  '实时地图': 'live map',
} as const;

export const english = { ...shared, ...contests, ...own };

export type Word = WordOf<typeof english>;
