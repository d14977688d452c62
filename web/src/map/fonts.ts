/** Fonts that the labels are drawn with: those of the machine first, then the one that comes with the pages. */
export const REGULAR = ['Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC Variable', 'sans-serif'];
