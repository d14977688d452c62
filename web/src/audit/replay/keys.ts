/** Which key does what. Pure: the page asks it and acts. */

export type Act =
  | { do: 'play' | 'first' | 'last' | 'follow' | 'help' }
  | { do: 'seek'; seconds: number }
  | { do: 'speed'; steps: number };

/** What of a keyboard event decides. */
export interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What has the focus: a field one types in, something that a key presses, the map with keys of its own. */
export type Focus = 'field' | 'button' | 'map' | 'slider' | 'elsewhere';

const FREE: Record<string, Act> = {
  f: { do: 'follow' },
  F: { do: 'follow' },
  '[': { do: 'speed', steps: -1 },
  ']': { do: 'speed', steps: 1 },
  '?': { do: 'help' },
  '？': { do: 'help' },
};

/** Return what a key does; `null`: it is somebody else's. */
export function actOf(pressed: Pressed, focus: Focus): Act | null {
  const { key, shiftKey } = pressed;
  if (focus === 'field' || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (key === ' ') return focus === 'button' ? null : { do: 'play' };
  if (key === 'Home') return { do: 'first' };
  if (key === 'End') return { do: 'last' };
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    // With the map in hand, arrows move the map.
    if (focus === 'map') return null;
    return { do: 'seek', seconds: (key === 'ArrowLeft' ? -1 : 1) * (shiftKey ? 60 : 10) };
  }
  return FREE[key] ?? null;
}
