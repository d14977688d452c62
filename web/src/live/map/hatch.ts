/** The pattern of what nobody came to today. */

const SIDE = 16;

/** Return diagonal lines as an image of `side` x `side` pixels. */
export function hatch(colour: string): { width: number; height: number; data: Uint8Array } {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  const data = new Uint8Array(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const isLine = (x + y) % SIDE < 3;
      data.set([red, green, blue, isLine ? 255 : 0], (y * SIDE + x) * 4);
    }
  }
  return { width: SIDE, height: SIDE, data };
}
