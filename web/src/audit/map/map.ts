/** The map itself: made once, then kept in step with the signals. Loaded after the shell, for its size. */
import { theme, view } from '../state';
import { Camera } from '../../map/camera';
import { currentData, followChoices, followData, followMarks, followTheme, showAllGrids } from './follow';
import { followPointer } from './hover';
import { followClock } from './play';
import { newMap, type CreateMap } from '../../map/new-map';
import { showOnPaper } from './picture';
import { pickGrid } from './pick';
import { styleOf } from './style';

/** Make the map of the audit page. */
export const createMap: CreateMap = (container, label, onTrouble) => {
  const opened = view.peek();
  const map = newMap(container, label, onTrouble, styleOf(theme.peek(), currentData(), location.origin), view);
  const camera = new Camera(map);
  const undo: (() => void)[] = [];
  map.once('style.load', () => {
    followPointer(map, pickGrid);
    undo.push(...followData(map), followTheme(map), followMarks(map), ...followChoices(camera, opened !== null));
    undo.push(...followClock(map), showOnPaper(map));
  });
  return {
    zoomBy: (steps) => camera.zoomBy(steps),
    showAll: () => showAllGrids(camera),
    remove: () => {
      for (const stop of undo) stop();
      map.remove();
    },
  };
};
