/** What pages say of contests. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
  '对这条提异议': 'Contest this',
  '异议：{title}': 'Contest: {title}',
  '哪里不对，为什么': 'What is wrong, and why',
  '例如手机没电、临时抽调。能看到这条判定的人都会看到；请不要写居民的姓名、电话和病情。':
    'Such as an empty battery, or being called elsewhere. Whoever sees the verdict reads it: write no resident’s name, phone or illness.',
  '刚刚重新判定过。请看上面的新结果；还不对，就再提交一次。':
    'It was judged again just now. Read the new result above; if it is still wrong, send this again.',
  '没有提交：这条判定已经提过异议，或者已经达标了。': 'Not sent: the verdict is contested already, or met by now.',
  '提交异议': 'Send',
  '正在提交…': 'Sending…',
  '等待复核': 'awaiting review',
  '异议成立': 'accepted',
  '异议不成立': 'rejected',
  '已撤回': 'withdrawn',
  '撤回': 'Withdraw',
  '提于 {at}': 'filed {at}',
  '复核 {at}（{who}）：': 'Reviewed {at} ({who}): ',
  '后来重新判定为：{outcome}': 'Judged again since: {outcome}',
  '后来重新判定，不再有这一条。': 'Judged again since, without this verdict.',
} as const;

export const english = { ...shared, ...own };

export type Word = WordOf<typeof english>;
