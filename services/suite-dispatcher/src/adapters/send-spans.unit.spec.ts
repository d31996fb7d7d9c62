import type { AnchorSpan } from '@benchbus/events';
import { expect, it } from 'vitest';
import { spanSender } from './send-spans.ts';

const spans = (from: number, count: number): AnchorSpan[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${from + index}` }) as AnchorSpan);
const OF = { log: 'log' };

/** A collector that takes when it is told to. */
function sending(times: { flushMs?: number; stopMs?: number } = {}) {
  const handed: string[] = [];
  const flushes: PromiseWithResolvers<void>[] = [];
  const errors: unknown[] = [];
  const sender = spanSender({
    hand: ({ name }) => {
      if (name === 'bad') throw new Error('bad');
      handed.push(name);
    },
    flush: () => {
      flushes.push(Promise.withResolvers<void>());
      return flushes.at(-1)?.promise ?? Promise.reject(new Error('none'));
    },
    onError: (error) => errors.push(error),
    ...times,
  });
  return { sender, handed, flushes, errors };
}

it('holds nobody up while the collector takes nothing, and sends what came meanwhile together', async () => {
  const { sender, handed, flushes } = sending();
  for (let run = 0; run < 100; run += 1) sender.send(spans(run * 3, 3), OF);
  expect([handed.length, flushes.length]).toEqual([3, 1]);
  flushes[0]?.resolve();
  await expect.poll(() => handed.length).toBe(300);
  expect(flushes).toHaveLength(2);
  flushes[1]?.resolve();
  await sender.stop();
  expect(handed).toEqual(spans(0, 300).map(({ name }) => name));
  sender.send(spans(300, 1), OF);
  expect(flushes).toHaveLength(3);
});

it('gives a queue of spans to the exporter in parts, each after the one before was taken', async () => {
  const { sender, handed, flushes } = sending();
  sender.send(spans(0, 1200), OF);
  for (const [index, total] of [500, 1000, 1200].entries()) {
    await expect.poll(() => flushes.length).toBe(index + 1);
    expect(handed).toHaveLength(total);
    flushes[index]?.resolve();
  }
  await sender.stop();
});

it('waits for a flush that hangs so long and no longer, begins no second one beside it, and keeps a bounded queue', async () => {
  const { sender, handed, flushes } = sending({ flushMs: 1, stopMs: 1 });
  sender.send(spans(0, 1200), OF);
  await expect.poll(() => handed.length).toBe(1200);
  expect(flushes).toHaveLength(1);

  const away = sending({ stopMs: 1 });
  away.sender.send(spans(0, 500), OF);
  for (let part = 0; part < 30; part += 1) away.sender.send(spans(0, 1000), OF);
  await away.sender.stop();
  expect(away.handed).toHaveLength(500);
  away.flushes[0]?.resolve();
  away.sender.send(spans(0, 1), OF);
  await expect.poll(() => away.flushes.length).toBe(2);
  // What was left at the stop is not sent later.
  expect(away.handed).toHaveLength(501);
});

it('goes on after a span that cannot be made, and after a flush that fails', async () => {
  const { sender, handed, flushes, errors } = sending();
  sender.send([{ name: 'bad' } as AnchorSpan], OF);
  sender.send(spans(0, 1), OF);
  await expect.poll(() => flushes.length).toBe(1);
  flushes[0]?.reject(new Error('failed'));
  await expect.poll(() => errors.length).toBe(2);
  sender.send(spans(1, 1), OF);
  expect(handed).toEqual(['0', '1']);
});
