import { expect, test } from 'vitest';
import { EventReader } from '../src/live/events';

test('events are whole however the pieces are cut', () => {
  const sent = ': here\n\nevent: news\nid: 7\ndata: {"a":1}\n\nevent: beat\r\ndata: {}\r\n\r\n';
  for (let cut = 0; cut <= sent.length; cut += 1) {
    const reader = new EventReader();
    expect([...reader.read(sent.slice(0, cut)), ...reader.read(sent.slice(cut))], `cut at ${cut}`).toEqual([
      { event: 'news', data: '{"a":1}', id: '7' },
      { event: 'beat', data: '{}', id: '' },
    ]);
  }
});

test('an event without a name is a message, one without data is none, and lines of data are joined', () => {
  expect(new EventReader().read('data: a\ndata:b\n\nevent: beat\n\ndata: c\n\n')).toEqual([
    { event: 'message', data: 'a\nb', id: '' },
    { event: 'message', data: 'c', id: '' },
  ]);
});

test('a colon in the data stays', () => {
  expect(new EventReader().read('data: {"at":"08:30"}\n\n')).toEqual([{ event: 'message', data: '{"at":"08:30"}', id: '' }]);
});

test('a line of hundreds of pieces is put together once', () => {
  const data = 'x'.repeat(10_000);
  const sent = `event: news\ndata: ${data}\n\n`;
  const reader = new EventReader();
  const found = sent.match(/.{1,30}\n*|\n+/g)!.flatMap((piece) => reader.read(piece));
  expect(found).toEqual([{ event: 'news', data, id: '' }]);
});
