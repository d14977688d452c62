/** Words for what a token may do. */
import type { Permission } from '../api/types';
import type { Word } from './dictionary';

export const PERMISSION_WORD: Record<Permission, Word> = {
  see_map: '看地图、网格和建筑',
  edit_map: '新增、修改和删除建筑',
  see_incidents: '看事件和隐患',
  report_incidents: '上报事件，附照片、录音、录像',
  handle_incidents: '办理事件，合并重复的',
  see_attachments: '看事件的照片、录音、录像',
  see_visits: '看该走访的和已走访的',
  report_visits: '上报自己的走访和预约',
  correct_visits: '更正走访，取消预约',
  count_visits: '填报只计数的走访',
  see_reports: '看报表',
  see_verdicts: '看网格员的判定',
  see_tracks: '看轨迹（每次都记入台账）',
  see_looks: '看谁看过轨迹',
  take_own_data: '取出关于一名网格员的全部数据',
  plan: '划分网格：草案、审核、发布',
  sign_duty: '签到、签退并看自己的在岗时段',
  see_live: '看此刻谁在岗、在哪里（记入台账）',
  handle_alerts: '确认告警，交给别人',
  contest: '对自己的判定提出异议',
  review_contests: '复核异议',
  manage_accounts: '管理账号',
  own_account: '管理自己的账号',
};
