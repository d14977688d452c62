/** The frame of the pages before one is in: a picture beside what is asked. */
import type { ComponentChildren } from 'preact';
import { Brand, Switches } from '../panels/switches';
import { Picture } from './picture';

export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <div class="door">
      <Picture />
      <div class="side">
        <header class="bar">
          <Brand />
          <span class="spacer" />
          <Switches />
        </header>
        <main>{children}</main>
      </div>
    </div>
  );
}
