/** Server-sent events out of the pieces in which a stream of bytes arrives. */

export interface Sent {
  event: string;
  data: string;
  /** Ask with it for what comes after; empty where none was sent. */
  id: string;
}

/** Takes pieces of text and gives the events that are whole; comments and waits are passed over. */
export class EventReader {
  #rest = '';
  #event = '';
  #id = '';
  #data: string[] = [];

  read(piece: string): Sent[] {
    const lines = (this.#rest + piece).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): Sent[] {
    if (line === '') return this.#end();
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === 'event') this.#event = value ?? '';
    if (name === 'id') this.#id = value ?? '';
    if (name === 'data') this.#data.push(value ?? '');
    return [];
  }

  #end(): Sent[] {
    const sent = { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id };
    const whole = this.#data.length > 0 ? [sent] : [];
    this.#event = '';
    this.#id = '';
    this.#data = [];
    return whole;
  }
}
