/** Words for roles. */
import type { Role } from './api/types';
import type { Word } from './dictionary';
import { t } from './i18n';

export const ROLE_WORD: Record<Role, Word> = {
  admin: '管理员',
  planner: '区划员',
  commander: '指挥员',
  auditor: '核查员',
  worker: '网格员',
  consumer: '数据使用方',
};

/** Return roles in words, each once. */
export function rolesInWords(roles: readonly { role: Role }[]): string {
  return [...new Set(roles.map(({ role }) => role))].map((role) => t(ROLE_WORD[role])).join(' · ');
}
