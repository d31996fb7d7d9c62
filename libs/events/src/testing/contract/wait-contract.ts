import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { subjects } from '../../bus/subjects.ts';
import type { ContractHarness } from '../contract-harness.ts';
import { hostLeft } from '../samples.ts';

export function waitContract(harness: () => ContractHarness): void {
  const setUp = async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const subject = subjects.host(host);
    const isThere = async () => ((await bus.log.read(subject)).length > 0 ? 'there' : undefined);
    return { bus, host, subject, isThere };
  };

  test('what is there already is found at once', async () => {
    const { bus, host, subject, isThere } = await setUp();
    await bus.log.append(hostLeft(host, 'c'), 0);
    expect(await bus.log.waitFor([subject], isThere, { what: 'it', timeoutMs: 5000 })).toBe('there');
  });

  test('what is appended between the read and the wait is not missed', async () => {
    const { bus, host, subject, isThere } = await setUp();
    const writer = await harness().open();
    let probes = 0;
    const probe = async () => {
      probes += 1;
      const answer = await isThere();
      // The worst moment: the read is over and found nothing, the wait has not begun.
      if (probes === 1) await writer.log.append(hostLeft(host, 'c'), 0);
      return answer;
    };
    expect(await bus.log.waitFor([subject], probe, { what: 'it', timeoutMs: 5000 })).toBe('there');
    expect(probes).toBe(2);
  });

  test('what is appended later wakes the waiter, by exact subject and by wildcard, whoever appends it', async () => {
    const { bus, host, subject, isThere } = await setUp();
    const writer = await harness().open();
    const probed = Promise.withResolvers<undefined>();
    const probe = async () => {
      const answer = await isThere();
      probed.resolve(undefined);
      return answer;
    };
    const exact = bus.log.waitFor([subject], probe, { what: 'it', timeoutMs: 5000 });
    const wild = bus.log.waitFor(['evt.suite.x', 'evt.host.>'], isThere, { what: 'it', timeoutMs: 5000 });
    await probed.promise;
    await writer.log.append(hostLeft(host, 'c'), 0);
    expect(await Promise.all([exact, wild])).toEqual(['there', 'there']);
  });

  test('a probe is asked for matching events only, and never twice at a time', async () => {
    const { bus, host, subject } = await setUp();
    const other = randomUUID();
    let [running, most, probes] = [0, 0, 0];
    const probe = async () => {
      running += 1;
      most = Math.max(most, running);
      probes += 1;
      const events = await bus.log.read(subject);
      running -= 1;
      return events.length === 10 ? events.length : undefined;
    };
    const waiting = bus.log.waitFor([subject], probe, { what: 'ten', timeoutMs: 10_000 });
    let version = 0;
    let otherVersion = 0;
    for (let index = 0; index < 10; index += 1) {
      otherVersion = (await bus.log.append(hostLeft(other, `c${index}`), otherVersion)).event.sequence;
      version = (await bus.log.append(hostLeft(host, `c${index}`), version)).event.sequence;
    }
    expect(await waiting).toBe(10);
    expect(most).toBe(1);
    // One for the registration, at most one for the follower's start, at most one for each of its ten events.
    expect(probes).toBeLessThanOrEqual(12);
  });

  test('a timeout longer than a timer can hold neither ends the wait nor makes it probe in a loop', async () => {
    const { bus, host, subject } = await setUp();
    let probes = 0;
    const probe = async () => {
      probes += 1;
      return (await bus.log.read(subject)).length === 2 ? 'both' : undefined;
    };
    const waiting = bus.log.waitFor([subject], probe, { what: 'both', timeoutMs: 30 * 86_400_000 });
    const { event } = await bus.log.append(hostLeft(host, 'c1'), 0);
    // A timer that overflows fires within 1 ms: one of 20 ms comes after it.
    await expect(
      bus.log.waitFor([subject], async () => undefined, { what: 'godot', timeoutMs: 20 }),
    ).rejects.toMatchObject({ code: 'WAIT_TIMEOUT' });
    await bus.log.append(hostLeft(host, 'c2'), event.sequence);
    expect(await waiting).toBe('both');
    // One for the registration, at most one for the follower's start, at most one for each event.
    expect(probes).toBeLessThanOrEqual(4);
  });

  test('ends with a timeout, with its signal, and with the error of its probe', async () => {
    const { bus, subject, isThere } = await setUp();
    await expect(bus.log.waitFor([subject], isThere, { what: 'godot', timeoutMs: 20 })).rejects.toMatchObject({
      code: 'WAIT_TIMEOUT',
      where: 'godot',
    });
    const aborter = new AbortController();
    const waiting = bus.log.waitFor([subject], isThere, { what: 'it', signal: aborter.signal });
    aborter.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(bus.log.waitFor([subject], isThere, { what: 'it', signal: aborter.signal })).rejects.toThrow('enough');
    const failing = async () => Promise.reject(new Error('a bug'));
    await expect(bus.log.waitFor([subject], failing, { what: 'it' })).rejects.toThrow('a bug');
  });

  test('ends when the bus is closed', async () => {
    const { bus, subject, isThere } = await setUp();
    const waiting = bus.log.waitFor([subject], isThere, { what: 'it' });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'BUS_CLOSED' });
    await bus.close();
    await outcome;
  });

  test('a thousand waiters share one follower', async () => {
    const { bus } = await setUp();
    const hosts = Array.from({ length: 1000 }, () => randomUUID());
    const seen = new Set<string>();
    const waits = hosts.map((host) =>
      bus.log.waitFor([subjects.host(host)], async () => (seen.has(host) ? host : undefined), {
        what: host,
        timeoutMs: 30_000,
      }),
    );
    for (let index = 0; index < hosts.length; index += 50) {
      const some = hosts.slice(index, index + 50);
      for (const host of some) seen.add(host);
      await Promise.all(some.map((host) => bus.log.append(hostLeft(host, 'c'), 0)));
    }
    expect(await Promise.all(waits)).toEqual(hosts);
  });
}
