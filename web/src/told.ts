/** What a failed request means, in words for the one who reads it. */
import type { Problem } from './api/problem';
import { t } from './i18n';
import { lang } from './look';

export interface Told {
  title: string;
  help: string;
}

/** What the program tells in English alone begins with this where Chinese is read. */
const IN_SHORT: Record<number, string> = {
  400: '填写的内容有误',
  409: '与现有的内容冲突',
  412: '已被别人改动，请重新载入',
  413: '内容太大',
  422: '填写的内容有误',
  503: '服务暂时不能用，请稍后再试',
};

/** Return a heading and what to do; what has no words of its own is told as the program told it. */
export function told({ status, title, detail, waitS }: Problem): Told {
  switch (status) {
    case null:
      return { title: t('没有联系上服务'), help: t('请确认程序仍在运行，然后重试。') };
    case 403:
      return { title: t('没有权限'), help: t('你的角色不能这样做。需要的话，请找管理员。') };
    case 404:
      return { title: t('没有找到'), help: t('它不存在，或不在你的范围内。') };
    case 429:
      return { title: t('尝试次数太多'), help: t('请在 {n} 分钟后再试。', { n: Math.max(1, Math.ceil((waitS ?? 60) / 60)) }) };
    default:
      return lang.value === 'zh'
        ? { title: IN_SHORT[status] ?? t('请求失败'), help: [title, detail].filter(Boolean).join('：') }
        : { title: title || t('请求失败'), help: detail };
  }
}
