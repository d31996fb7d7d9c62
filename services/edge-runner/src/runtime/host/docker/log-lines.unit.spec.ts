import { describe, expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

const frame = (text: string): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};
const reading = () => {
  const read: (string | number)[] = [];
  const options = {
    onLine: (line: string) => void read.push(line),
    onSkipped: (bytes: number) => void read.push(bytes),
  };
  return { read, lines: new LogLines(options) };
};

describe('lines of a container', () => {
  it('come without the engine’s time, each once when the log is read on from the last one', () => {
    const { read, lines } = reading();
    lines.add(Buffer.concat([frame('2026-11-28T14:00:00.1Z one\n'), frame('2026-11-28T14:00:00.2Z  two words\n')]), 0);
    expect(lines.last).toBe('2026-11-28T14:00:00.2Z');
    lines.add(
      Buffer.concat([frame('2026-11-28T14:00:00.2Z  two words\n'), frame('2026-11-28T14:00:00.3Z three\n')]),
      1,
    );
    expect(read).toEqual(['one', ' two words', 'three']);
  });

  it('are left out, and counted, when there are more than may be read', () => {
    const { read, lines } = reading();
    const long = 'x'.repeat(40_000);
    for (let at = 0; at < 4; at += 1) lines.add(frame(`2026-11-28T14:00:00.${at}Z ${long}\n`), 0);
    lines.add(frame('2026-11-28T14:00:01.0Z later\n'), 1_000);
    expect(read).toEqual([long, 3 * (40_000 + '2026-11-28T14:00:00.0Z \n'.length), 'later']);
  });
});
