import type { Readable } from 'node:stream';

/**
 * Lines of an answer that comes bit by bit, the last one also without its end. Throws what ends the stream before its time;
 * readline hears neither of a stream's errors nor of its early end.
 */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
