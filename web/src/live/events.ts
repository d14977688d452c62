/** Server-sent events out of the pieces in which a stream of bytes arrives. */

export interface Sent {
  event: string;
  data: string;
  /** Ask with it for what comes after; empty where none was sent. */
  id: string;
}

/** Takes pieces of text and gives the events that are whole; comments and waits are passed over. */
export class EventReader {
  /** Of a line that has not ended: the first news of a city come in hundreds of pieces, each looked through once. */
  #begun: string[] = [];
  #event = '';
  #id = '';
  #data: string[] = [];

  read(piece: string): Sent[] {
    const end = piece.lastIndexOf('\n') + 1;
    const lines = end === 0 ? [] : (this.#begun.join('') + piece.slice(0, end)).split('\n').slice(0, -1);
    if (end > 0) this.#begun = [];
    this.#begun.push(piece.slice(end));
    return lines.flatMap((line) => this.#line(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  #line(line: string): Sent[] {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === 'event') this.#event = value;
    if (name === 'id') this.#id = value;
    if (name === 'data') this.#data.push(value);
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
