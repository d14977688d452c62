/** What only the page of one's own account and those of others says. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
  // passwords
  '现在的密码': 'Present password',
  '修改密码': 'Change the password',
  '密码已修改，其他会话已结束。': 'The password is changed; other sessions have ended.',
  // one's own account
  '全部区域': 'Everywhere',
  '工号': 'Worker code',
  '登录的地方': 'Where you are signed in',
  '就是这里': 'This one',
  '未知浏览器': 'Unknown browser',
  '现在的密码不对': 'The present password is wrong',
  '什么都没有改动，请再试一次。': 'Nothing was changed; try again.',
  '用密码': 'by password',
  '用链接': 'by link',
  '用其他账号': 'by another provider',
  '登录于 {at}': 'signed in {at}',
  '最近使用 {at}': 'last used {at}',
  '结束': 'End',
  '结束其他 {n} 处': 'End the other {n}',
  '程序用的令牌': 'Tokens for programs',
  '程序能读到什么，见': 'What programs can read:',
  '程序拿着令牌，以你的名义、在你的范围内做你选的事，到期作废。':
    'With a token a program does what you choose, in your name and within your areas, until the token expires.',
  '新令牌：{name}': 'The new token: {name}',
  '现在就复制：它只显示这一次，这里只保存它的摘要。':
    'Copy it now: it is shown this once, and only its digest is kept here.',
  '还没有令牌。': 'No tokens yet.',
  '{at} 到期': 'expires {at}',
  '已于 {at} 到期': 'expired {at}',
  '还没用过': 'not used yet',
  '撤销': 'Revoke',
  '新建令牌': 'Make a token',
  '用途': 'What it is for',
  '有效期': 'Good for',
  '{n} 天': '{n} days',
  '可以做什么': 'What it may do',
  '谁看过我的轨迹': 'Who looked at my track',
  '还没有人看过。': 'Nobody has looked yet.',
  '时间': 'When',
  '谁': 'Who',
  '看的哪天': 'Which day',
  '原因': 'Why',
  '我自己': 'myself',
  '在地图上看': 'seen on the map',
  '下载关于我的全部数据': 'Download all that is held about me',
  // accounts that one keeps
  '账号管理': 'Accounts',
  '给 {name} 的链接': 'Link for {name}',
  '请亲手交给本人：三天内打开一次，设好密码就能登录。以前的链接已作废。':
    'Hand it to the person: opened once within three days, it lets them set a password. Earlier links have ended.',
  '新链接': 'New link',
  '停用': 'Disable',
  '启用': 'Enable',
  '已停用': 'disabled',
  '还没有密码': 'no password yet',
  '新建账号': 'Add an account',
  '显示的名字': 'Name to show',
  '角色': 'Role',
  '区域': 'Area',
} as const;

export const english = { ...shared, ...own };

export type Word = WordOf<typeof english>;
