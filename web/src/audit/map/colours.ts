/** Colours of the replay. What was played and what is asked for differ in width too. */
import type { Theme } from '../../url';

export interface ReplayColours {
  ahead: string;
  played: string;
  focus: string;
}

export const REPLAY_COLOURS: Record<Theme, ReplayColours> = {
  light: { ahead: '#6b7178', played: '#1b57d0', focus: '#f0a020' },
  dark: { ahead: '#8d97a3', played: '#7db1ff', focus: '#c47a10' },
};
