import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ContractHarness } from '../contract-harness.ts';

export function livenessContract(harness: () => ContractHarness): void {
  const signal = () => AbortSignal.timeout(20_000);

  test('a held key has a holder until it is let go', async () => {
    const [holder, watcher] = await Promise.all([harness().open(), harness().open()]);
    const key = `host.${randomUUID()}`;
    expect(await watcher.liveness.holder(key)).toBeUndefined();
    const hold = await holder.liveness.hold(key, { instance: 'i1' });
    expect(await watcher.liveness.holder(key)).toEqual({ instance: 'i1' });
    let lost = false;
    const losing = watcher.liveness.lost(key, 20, signal()).then(() => (lost = true));
    expect(await watcher.liveness.holder(key)).toEqual({ instance: 'i1' });
    expect(lost).toBe(false);
    await hold.stop();
    await losing;
    expect(await watcher.liveness.holder(key)).toBeUndefined();
  });

  test('those that hold keys of one kind are listed, with what they say', async () => {
    const [first, second, watcher] = await Promise.all([harness().open(), harness().open(), harness().open()]);
    const kind = `service.${randomUUID()}`;
    const held = await first.liveness.hold(`${kind}.a`, { version: '1' });
    await second.liveness.hold(`${kind}.b`, { version: '2' });
    await second.liveness.hold(`host.${randomUUID()}`, {});
    const listed = async () => Object.fromEntries(await watcher.liveness.holders(`${kind}.`));
    expect(await listed()).toEqual({ [`${kind}.a`]: { version: '1' }, [`${kind}.b`]: { version: '2' } });
    await held.stop();
    expect(await listed()).toEqual({ [`${kind}.b`]: { version: '2' } });
  });

  test('who follows keys of one kind is told of those there are, of each that comes, and of each that goes', async () => {
    const [first, second, watcher] = await Promise.all([harness().open(), harness().open(), harness().open()]);
    const kind = `host.${randomUUID()}`;
    const a = await first.liveness.hold(`${kind}-a`, { instance: '1' });
    const told: string[] = [];
    const following = await watcher.liveness.follow(`${kind}-`, (holders) => told.push([...holders.keys()].join()));
    expect(told).toEqual([`${kind}-a`]);
    await second.liveness.hold(`edge.${randomUUID()}.a`, {});
    const b = await second.liveness.hold(`${kind}-b`, { instance: '2' });
    await expect.poll(() => told.at(-1)).toBe(`${kind}-a,${kind}-b`);
    await a.stop();
    await expect.poll(() => told.at(-1)).toBe(`${kind}-b`);
    expect(told).toHaveLength(3);
    await following.stop();
    await b.stop();
    expect(await watcher.liveness.holder(`${kind}-b`)).toBeUndefined();
    expect(told).toHaveLength(3);
  });

  test('a key nobody ever held is lost after the time asked for', async () => {
    const bus = await harness().open();
    await bus.liveness.lost(`edge.${randomUUID()}.pg`, 20, signal());
  });

  test('somebody who takes the key in time keeps it; a predecessor that ends does not take it away', async () => {
    const [first, second, watcher] = await Promise.all([harness().open(), harness().open(), harness().open()]);
    const key = `service.x.${randomUUID()}`;
    const aborter = new AbortController();
    const losing = watcher.liveness.lost(key, 60_000, aborter.signal);
    const old = await first.liveness.hold(key, { instance: 'old' });
    await second.liveness.hold(key, { instance: 'new' });
    await old.stop();
    expect(await watcher.liveness.holder(key)).toEqual({ instance: 'new' });
    aborter.abort(new Error('enough'));
    await expect(losing).rejects.toThrow('enough');
  });

  test('closing the bus lets go', async () => {
    const [holder, watcher] = await Promise.all([harness().open(), harness().open()]);
    const key = `host.${randomUUID()}`;
    await holder.liveness.hold(key, {});
    const losing = watcher.liveness.lost(key, 5, signal());
    await holder.close();
    await losing;
  });
}
