/** Printing: the map as a picture, all that is folded open, in light colours. */
import { signal } from '@preact/signals';
import { chosenTheme, theme } from '../../look';

export interface MapOnPaper {
  /** Draw the map at once; the canvas holds it until the browser has shown it. */
  draw(): HTMLCanvasElement;
  /** Wait until nothing on it changes any more. */
  settled(): Promise<void>;
}

/** The map that is shown, if any. */
export const mapOnPaper = signal<MapOnPaper | null>(null);

/** Copy the map into the picture that is printed in its place, each time the page is printed. */
export function followPrinting(picture: () => HTMLCanvasElement | null): () => void {
  let folded: HTMLDetailsElement[] = [];
  const before = (): void => {
    const canvas = picture();
    if (canvas && mapOnPaper.peek()) copy((mapOnPaper.peek() as MapOnPaper).draw(), canvas);
    folded = [...document.querySelectorAll<HTMLDetailsElement>('main details:not([open])')];
    for (const details of folded) details.open = true;
  };
  const after = (): void => {
    for (const details of folded) details.open = false;
  };
  addEventListener('beforeprint', before);
  addEventListener('afterprint', after);
  addEventListener('keydown', printByKey);
  return () => {
    removeEventListener('keydown', printByKey);
    removeEventListener('beforeprint', before);
    removeEventListener('afterprint', after);
  };
}

/** Of the browser's own ways to print, this one can be told in time to draw the map in light colours first. */
function printByKey(event: KeyboardEvent): void {
  if (event.key.toLowerCase() !== 'p' || event.altKey || event.shiftKey) return;
  if (event.ctrlKey === event.metaKey) return;
  event.preventDefault();
  void printPage();
}

function copy(from: HTMLCanvasElement, to: HTMLCanvasElement): void {
  to.width = from.width;
  to.height = from.height;
  to.getContext('2d')?.drawImage(from, 0, 0);
}

/** Print in light colours, whatever the screen has. */
export async function printPage(): Promise<void> {
  const before = chosenTheme.peek();
  if (theme.peek() === 'dark') {
    chosenTheme.value = 'light';
    await mapOnPaper.peek()?.settled();
  }
  print();
  chosenTheme.value = before;
}
