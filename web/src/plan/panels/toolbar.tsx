/** The tools over the map, each with its key. */
import { t } from '../i18n';
import { chosenGrids, isEditable } from '../draft';
import { tool } from '../hand';
import { tab } from '../state';
import { give, isPossible, proposing, type Command } from '../tools';

interface Button {
  command: Command;
  sign: string;
  word: string;
  keys: string;
  /** As `aria-keyshortcuts` wants it. */
  shortcut: string;
  pressed?: boolean;
}

export function Toolbar() {
  if (!isEditable.value || tab.value !== 'plan') return null;
  const isLocked = chosenGrids.value.length > 0 && chosenGrids.value.every(({ locked }) => locked);
  const inHand = tool.value;
  const buttons: readonly Button[] = [
    { command: 'draw', sign: '✎', word: t('画网格'), keys: 'D', shortcut: 'D', pressed: inHand === 'draw' },
    { command: 'split', sign: '⁄', word: t('拆分'), keys: 'S', shortcut: 'S', pressed: inHand === 'split' },
    { command: 'merge', sign: '∪', word: t('合并'), keys: 'M', shortcut: 'M', pressed: inHand === 'merge' },
    { command: 'move', sign: '⇄', word: t('移地块'), keys: 'A', shortcut: 'A', pressed: inHand === 'move' },
    { command: 'border', sign: '∿', word: t('改边界'), keys: 'B', shortcut: 'B', pressed: inHand === 'border' },
    { command: 'partition', sign: '⊞', word: t('自动划分'), keys: 'P', shortcut: 'P', pressed: proposing.value },
    { command: 'lock', sign: '⊘', word: isLocked ? t('解锁') : t('锁定'), keys: 'L', shortcut: 'L' },
    { command: 'undo', sign: '↶', word: t('撤销一步'), keys: 'Ctrl Z', shortcut: 'Control+Z' },
    { command: 'redo', sign: '↷', word: t('重做'), keys: 'Ctrl Y', shortcut: 'Control+Y' },
  ];
  return (
    <div class="toolbar" role="toolbar" aria-label={t('工具')}>
      {buttons.map(({ command, sign, word, keys, shortcut, pressed }) => (
        <button
          key={command}
          type="button"
          title={`${word} (${keys})`}
          aria-keyshortcuts={shortcut}
          aria-pressed={pressed}
          aria-disabled={!isPossible(command)}
          onClick={() => give(command)}
        >
          <span class="sign-of" aria-hidden="true">
            {sign}
          </span>
          <span class="word">{word}</span>
          <kbd aria-hidden="true">{keys}</kbd>
        </button>
      ))}
    </div>
  );
}
