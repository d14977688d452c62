/** Keys of the whole page. They never act while somebody types. */
import { unbend } from './bordering';
import { done, draft } from './draft';
import { endSketch, tool } from './hand';
import { movable, pickNothing } from './moving';
import { chosen, tab } from './state';
import { confirm, give, proposing, type Command } from './tools';

const COMMANDS: Record<string, Command> = { d: 'draw', s: 'split', m: 'merge', a: 'move', b: 'border', p: 'partition', l: 'lock' };

/** Listen to the keyboard. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (!draft.peek() || tab.peek() !== 'plan' || event.altKey || isTyping(event.target)) return;
    if (act(event)) event.preventDefault();
  });
}

function act(event: KeyboardEvent): boolean {
  const letter = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    const command = letter === 'y' || (letter === 'z' && event.shiftKey) ? 'redo' : letter === 'z' ? 'undo' : null;
    // What is in hand goes back first: a border by its own steps, ground that was picked.
    if (command && !(command === 'undo' && (unbend() || unpick()))) give(command);
    return command !== null;
  }
  if (event.key === 'Escape') return escape();
  // On a button or a link, Enter presses that.
  if (event.key === 'Enter' && tool.peek() && !isPressable(event.target)) return confirm(), true;
  const command = event.repeat ? undefined : COMMANDS[letter];
  if (command) give(command);
  return command !== undefined;
}

/** Leave the ground that was picked to be moved; say whether there was some. */
function unpick(): boolean {
  const isPicked = tool.peek() === 'move' && movable.peek() !== null;
  if (isPicked) pickNothing();
  return isPicked;
}

/** Take back one thing: the sketch, the proposals, what is chosen. */
function escape(): boolean {
  if (document.querySelector(':popover-open')) return false;
  done.value = null;
  if (unpick()) return true;
  if (tool.peek()) endSketch();
  else if (proposing.peek()) proposing.value = false;
  else if (chosen.peek().length > 0) chosen.value = [];
  else return false;
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isBox = target instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(target.type);
  return !isBox && (target.matches('input, textarea, select') || target.isContentEditable);
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, input') !== null;
}
