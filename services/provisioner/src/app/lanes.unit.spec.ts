import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('Lanes', () => {
  it('a destroy stops the create and begins only after it has ended', async () => {
    const lanes = new Lanes(new AbortController().signal);
    const order: string[] = [];
    let started = () => {};
    const running = new Promise<void>((resolve) => (started = resolve));
    const create = lanes.create('r1', async (signal) => {
      started();
      await untilAborted(signal).finally(async () => {
        await Promise.resolve();
        order.push('create ended');
      });
    });
    await running;
    const destroy = lanes.destroy('r1', 'release', () => {
      order.push('destroy began');
      return Promise.resolve(7);
    });
    expect(await Promise.all([create, destroy])).toEqual(['overtaken', 7]);
    expect(order).toEqual(['create ended', 'destroy began']);
    expect(lanes.busy).toBe(false);
  });

  it('hints that wait for the same thing share one turn; different kinds and runs do not', async () => {
    const lanes = new Lanes(new AbortController().signal);
    let turns = 0;
    const work = () => Promise.resolve(++turns);
    const all = await Promise.all([
      lanes.destroy('r1', 'release', work),
      lanes.destroy('r1', 'release', work),
      lanes.destroy('r1', 'sweep', work),
      lanes.destroy('r2', 'release', work),
    ]);
    expect(turns).toBe(3);
    expect(all[0]).toBe(all[1]);
  });

  it('a shutdown is an error of the create (its message comes again), and a failed turn does not block the next', async () => {
    const shutdown = new AbortController();
    const lanes = new Lanes(shutdown.signal);
    const create = lanes.create('r1', untilAborted);
    await Promise.resolve();
    shutdown.abort(new Error('stops'));
    await expect(create).rejects.toThrow('stops');
    expect(await lanes.destroy('r1', 'release', () => Promise.resolve('next'))).toBe('next');
  });
});
