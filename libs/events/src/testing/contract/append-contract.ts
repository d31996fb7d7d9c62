import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { decideAndAppend } from '../../bus/decide-and-append.ts';
import { subjects } from '../../bus/subjects.ts';
import { verifyChain } from '../../envelope/verify-chain.ts';
import type { ContractHarness } from '../contract-harness.ts';
import { hostLeft } from '../samples.ts';

export function appendContract(harness: () => ContractHarness): void {
  test('appends at the expected version and returns the event as the log holds it', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c1', 'tab\t, "quotes", 100 %, ünï 🦆'), 0);
    const second = await bus.log.append(hostLeft(host, 'c2'), first.event.sequence);
    expect(first.outcome).toBe('appended');
    expect(second.event).toMatchObject({ counter: 2, prevHash: first.event.hash, correlation: host, cause: 'c2' });
    expect(await bus.log.read(subjects.host(host))).toEqual([first.event, second.event]);
    expect(await bus.log.read(subjects.host(host), first.event.sequence)).toEqual([second.event]);
    expect(await bus.log.read(subjects.host(randomUUID()))).toEqual([]);
  });

  test('refuses another version', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const { event } = await bus.log.append(hostLeft(host, 'c1'), 0);
    for (const wrong of [0, event.sequence - 1, event.sequence + 1].filter((version) => version !== event.sequence))
      await expect(bus.log.append(hostLeft(host, `other-${wrong}`), wrong)).rejects.toMatchObject({
        code: 'VERSION_CONFLICT',
      });
    expect(await bus.log.read(subjects.host(host))).toHaveLength(1);
  });

  test('the same decision again is there already, even with another body or another expectation', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c1', 'as decided first'), 0);
    const { sequence } = first.event;
    for (const [draft, expected] of [
      [hostLeft(host, 'c1', 'as decided first'), 0],
      [hostLeft(host, 'c1', 'decided otherwise'), 0],
      [hostLeft(host, 'c1', 'decided otherwise'), sequence],
    ] as const) {
      const again = await bus.log.append(draft, expected);
      expect(again).toEqual({ outcome: 'already', event: first.event });
    }
    await bus.log.append(hostLeft(host, 'c2'), sequence);
    expect(await bus.log.append(hostLeft(host, 'c1'), 0)).toEqual({ outcome: 'already', event: first.event });
    expect(await bus.log.read(subjects.host(host))).toHaveLength(2);
  });

  test('one cause may lead to the same type in two aggregates', async () => {
    const bus = await harness().open();
    const [a, b] = [randomUUID(), randomUUID()];
    expect((await bus.log.append(hostLeft(a, 'same'), 0)).outcome).toBe('appended');
    expect((await bus.log.append(hostLeft(b, 'same'), 0)).outcome).toBe('appended');
  });

  test('refuses a draft that fits neither schema nor subject', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const extra = { ...hostLeft(host, 'c'), data: { reason: 'x', password: 'y' } };
    await expect(bus.log.append(extra, 0)).rejects.toMatchObject({ code: 'INVALID_EVENT' });
    const elsewhere = { ...hostLeft(host, 'c'), subject: subjects.run(host) };
    await expect(bus.log.append(elsewhere, 0)).rejects.toMatchObject({ code: 'INVALID_EVENT' });
    const wild = { ...hostLeft(host, 'c'), subject: 'evt.host.*' };
    await expect(bus.log.append(wild, 0)).rejects.toMatchObject({ code: 'INVALID_EVENT' });
    const large = hostLeft(host, 'c', 'x'.repeat(bus.maxPayload));
    await expect(bus.log.append(large, 0)).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' });
  });

  test('of two writers with the same expectation one wins', async () => {
    const [one, two] = await Promise.all([harness().open(), harness().open()]);
    const host = randomUUID();
    const results = await Promise.allSettled([
      one.log.append(hostLeft(host, 'one'), 0),
      two.log.append(hostLeft(host, 'two'), 0),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ code: 'VERSION_CONFLICT' });
  });

  test('concurrent decisions on one aggregate all succeed exactly once, and the hash chain holds', async () => {
    const buses = await Promise.all([harness().open(), harness().open(), harness().open()]);
    const host = randomUUID();
    const subject = subjects.host(host);
    const decide = (cause: string) => (history: readonly { cause: string }[]) =>
      history.some((event) => event.cause === cause) ? undefined : hostLeft(host, cause);
    const causes = Array.from({ length: 25 }, (_, index) => `c${index}`);
    // Each decision is taken twice at once, as after a redelivery to another replica.
    await Promise.all(
      [...causes, ...causes].map((cause, index) => {
        const bus = buses[index % buses.length] ?? buses[0];
        return decideAndAppend(bus.log, subject, decide(cause), { tries: 200 });
      }),
    );
    const events = await buses[0].log.read(subject);
    expect(events.map((event) => event.cause).sort()).toEqual([...causes].sort());
    expect(events.map((event) => event.counter)).toEqual(causes.map((_, index) => index + 1));
    expect(verifyChain(await buses[0].log.readStored(subject))).toEqual([]);
  });

  test('a chain of 100 events is intact, and tampering with one shows', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    let version = 0;
    for (let index = 0; index < 100; index += 1)
      version = (await bus.log.append(hostLeft(host, `c${index}`), version)).event.sequence;
    const stored = await bus.log.readStored(subjects.host(host));
    expect(stored).toHaveLength(100);
    expect(verifyChain(stored)).toEqual([]);
    const forged = stored.with(50, { ...stored[50], body: new TextEncoder().encode('{"reason":"forged"}') } as never);
    expect(verifyChain(forged).map((problem) => problem.code)).toEqual(['HASH_MISMATCH']);
    expect(verifyChain(stored.toSpliced(50, 1)).map((problem) => problem.code)).toEqual([
      'CHAIN_BROKEN',
      'COUNTER_GAP',
    ]);
  });

  test('rubbish in an aggregate is skipped and does not block it', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const subject = subjects.host(host);
    await bus.log.append(hostLeft(host, 'c1'), 0);
    await harness().publishRaw(subject, {}, new Uint8Array([0, 255, 1, 254]));
    await harness().publishRaw(subject, { 'ce-type': 'io.benchbus.host.left.v1' }, '{"reason":"forged"}');
    const again = await decideAndAppend(bus.log, subject, () => hostLeft(host, 'c2'));
    expect(again).toMatchObject({ counter: 2 });
    expect((await bus.log.read(subject)).map((event) => event.cause)).toEqual(['c1', 'c2']);
    expect(verifyChain(await bus.log.readStored(subject)).length).toBeGreaterThan(0);
  });

  test('an event of a newer version is an error, not a gap', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const subject = subjects.host(host);
    const { event } = await bus.log.append(hostLeft(host, 'c1'), 0);
    const [stored] = await bus.log.readStored(subject);
    const headers = Object.fromEntries(
      Object.entries(stored?.headers ?? {}).filter(([name]) => !name.startsWith('nats-')),
    );
    await harness().publishRaw(subject, { ...headers, 'ce-type': 'io.benchbus.host.left.v2' }, '{}');
    await expect(bus.log.read(subject)).rejects.toMatchObject({ code: 'EVENT_TYPE_TOO_NEW' });
    expect(event.sequence).toBeGreaterThan(0);
  });

  test('calls onAppend around every append', async () => {
    const calls: string[] = [];
    const bus = await harness().open({ onAppend: (phase, draft) => calls.push(`${phase} ${draft.name}`) });
    await bus.log.append(hostLeft(randomUUID(), 'c1'), 0);
    expect(calls).toEqual(['before HostLeft', 'after HostLeft']);
  });
}
