/** How each class of a track is drawn, on the map and in the legend. */
import type { SegmentClass } from '../../api/shapes';

/** Width in pixels and dashes in widths. */
export const LOOKS: Record<SegmentClass, { width: number; dash?: [number, number] }> = {
  unknown: { width: 2, dash: [0.4, 2.2] },
  outside: { width: 3.5, dash: [3.2, 1.1] },
  uncertain: { width: 3, dash: [1.2, 0.9] },
  inside: { width: 4.5 },
};

/** From the bottom to the top of the map. */
export const CLASSES: readonly SegmentClass[] = ['unknown', 'outside', 'uncertain', 'inside'];
