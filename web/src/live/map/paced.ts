/** Data goes into the map at most once a second: each time costs a frame. */

/** Return a function that acts at once, then no sooner than `ms` after the last time, with what came last. */
export function atMostEach<T>(ms: number, act: (value: T) => void): (value: T) => void {
  let last = -Infinity;
  let waiting: { value: T } | null = null;
  const go = (value: T): void => {
    last = performance.now();
    act(value);
  };
  return (value) => {
    if (waiting) {
      waiting.value = value;
      return;
    }
    const wait = last + ms - performance.now();
    if (wait <= 0) return go(value);
    waiting = { value };
    setTimeout(() => {
      const next = waiting;
      waiting = null;
      if (next) go(next.value);
    }, wait);
  };
}
