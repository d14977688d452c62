/** What a failed request means, in words for the one who reads it. */
import type { Problem } from './api/problem';
import { t } from './i18n';

export interface Told {
  title: string;
  help: string;
}

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
      return { title: title || t('请求失败'), help: detail };
  }
}
