import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DeadLetter } from '../../bus/consume.ts';
import { BenchbusError } from '../../bus/errors.ts';
import { subjects } from '../../bus/subjects.ts';
import { collector, type ContractHarness } from '../contract-harness.ts';
import { hostLeft } from '../samples.ts';

export function consumeContract(harness: () => ContractHarness): void {
  test('replicas share the facts; nothing is missed, what was acknowledged does not come again', async () => {
    const [one, two] = await Promise.all([harness().open(), harness().open()]);
    const name = `c-${randomUUID()}`;
    const hosts = Array.from({ length: 40 }, () => randomUUID());
    const seen = collector<string>();
    const consume = (bus: typeof one) =>
      bus.consumeEvents({
        name,
        subjects: hosts.map((host) => subjects.host(host)),
        handle: async (event) => seen.add(event.subject),
        concurrency: 3,
      });
    await one.log.append(hostLeft(hosts[0] ?? '', 'c'), 0);
    const consuming = await Promise.all([consume(one), consume(two)]);
    await Promise.all(hosts.slice(1).map((host) => one.log.append(hostLeft(host, 'c'), 0)));
    await seen.until((items) => items.length >= hosts.length);
    await Promise.all(consuming.map((each) => each.stop()));
    expect([...seen.items].sort()).toEqual(hosts.map((host) => subjects.host(host)).sort());
    // A third one under the same name has nothing left to do but the new fact.
    const late = collector<string>();
    await two.consumeEvents({
      name,
      subjects: hosts.map((host) => subjects.host(host)),
      handle: async (event) => late.add(event.cause),
    });
    const version = (await one.log.read(subjects.host(hosts[1] ?? ''))).at(-1)?.sequence ?? 0;
    await one.log.append(hostLeft(hosts[1] ?? '', 'new'), version);
    expect(await late.until((items) => items.length >= 1)).toEqual(['new']);
  });

  test('onAck is called once a message was handled', async () => {
    const calls = collector<string>();
    const bus = await harness().open({ onAck: () => calls.add('ack') });
    const host = randomUUID();
    await bus.consumeEvents({
      name: `c-${randomUUID()}`,
      subjects: [subjects.host(host)],
      retryDelaysMs: [1],
      handle: async (_, { attempt }) => {
        calls.add(`try ${attempt}`);
        if (attempt === 1) throw new Error('not yet');
      },
    });
    await bus.log.append(hostLeft(host, 'c'), 0);
    expect(await calls.until((items) => items.includes('ack'))).toEqual(['try 1', 'try 2', 'ack']);
  });

  test('a failing handler gets the message again; after the last delay it is parked and told', async () => {
    const bus = await harness().open({ name: 'parker' });
    const name = `c-${randomUUID()}`;
    const host = randomUUID();
    const { event } = await bus.log.append(hostLeft(host, 'c'), 0);
    const attempts = collector<number>();
    const parked = collector<DeadLetter>();
    let parkings = 0;
    await bus.consumeEvents({
      name,
      subjects: [subjects.host(host)],
      retryDelaysMs: [1, 2],
      handle: async (_, { attempt }) => {
        attempts.add(attempt);
        throw new BenchbusError({ code: 'NO_LUCK', message: 'it never works' });
      },
      onParked: async (letter) => {
        parkings += 1;
        if (parkings === 1) throw new Error('the failure event could not be appended');
        parked.add(letter);
      },
    });
    await parked.until((letters) => letters.length === 1);
    expect(attempts.items.slice(0, 3)).toEqual([1, 2, 3]);
    expect(parked.items[0]).toMatchObject({ sequence: event.sequence, problem: { code: 'NO_LUCK' }, stream: 'EVENTS' });
    const letters = (await harness().deadLetters()).filter((letter) =>
      letter.subject.startsWith(`dead.parker.${name}.`),
    );
    expect(letters).toHaveLength(1);
    expect(letters[0]?.headers).toMatchObject({
      'ce-id': event.id,
      'dead-code': 'NO_LUCK',
      'dead-message': 'it%20never%20works',
      'dead-stream': 'EVENTS',
      'dead-sequence': String(event.sequence),
    });
    expect(new TextDecoder().decode(letters[0]?.body)).toBe('{"reason":"c"}');
    expect(decodeURIComponent(letters[0]?.headers['dead-stack'] ?? '')).toContain('consume-contract.ts');
  }, 30_000);

  test('a permanent error parks the message at once, and is told until that worked', async () => {
    const bus = await harness().open({ name: 'parker' });
    const name = `c-${randomUUID()}`;
    const host = randomUUID();
    await bus.log.append(hostLeft(host, 'c'), 0);
    const attempts = collector<number>();
    const parked = collector<DeadLetter>();
    let parkings = 0;
    await bus.consumeEvents({
      name,
      subjects: [subjects.host(host)],
      // Were it tried again, then after the test's end; the last one is how soon parking is tried again.
      retryDelaysMs: [60_000, 60_000, 1],
      handle: async (_, { attempt }) => {
        attempts.add(attempt);
        throw new BenchbusError({ code: 'ID_TAKEN', message: 'it is taken' }, { permanent: true });
      },
      onParked: async (letter) => {
        parkings += 1;
        if (parkings === 1) throw new Error('the failure event could not be appended');
        parked.add(letter);
      },
    });
    await parked.until((letters) => letters.length === 1);
    expect(attempts.items).toEqual([1]);
    expect(parked.items[0]).toMatchObject({ problem: { code: 'ID_TAKEN', message: 'it is taken' }, attempts: 1 });
    const letters = (await harness().deadLetters()).filter((letter) =>
      letter.subject.startsWith(`dead.parker.${name}.`),
    );
    expect(letters.map(({ headers }) => headers['dead-attempts'])).toEqual(['1']);
  });

  test('Again brings the message later, as often as wanted, and is no failure', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    await bus.log.append(hostLeft(host, 'c'), 0);
    const attempts = collector<number>();
    await bus.consumeEvents({
      name: `c-${randomUUID()}`,
      subjects: [subjects.host(host)],
      retryDelaysMs: [],
      handle: async (_, { attempt }) => {
        attempts.add(attempt);
        return attempts.items.length < 8 ? { againInMs: 1 } : undefined;
      },
    });
    expect(await attempts.until((items) => items.length === 8)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('poison is parked at once and the handler never sees it', async () => {
    const bus = await harness().open({ name: 'poisoned' });
    const host = randomUUID();
    const subject = subjects.host(host);
    const { event } = await bus.log.append(hostLeft(host, 'good'), 0);
    const [good] = await bus.log.readStored(subject);
    const headers = Object.fromEntries(Object.entries(good?.headers ?? {}).filter(([key]) => key.startsWith('ce-')));
    const poison: [Record<string, string>, string | Uint8Array, string][] = [
      [{}, crypto.getRandomValues(new Uint8Array(500)), 'ENVELOPE_INVALID'],
      [{ 'content-type': 'text/html', 'x-y': '%%%' }, '<html>', 'ENVELOPE_INVALID'],
      [{ ...headers, 'ce-subject': 'evt.host.another' }, '{"reason":"x"}', 'ENVELOPE_INVALID'],
      [{ ...headers, 'ce-type': 'io.benchbus.host.exploded.v1' }, '{}', 'EVENT_TYPE_UNKNOWN'],
      [{ ...headers, 'ce-type': 'io.benchbus.run.cancelling.v1' }, '{"reason":"x"}', 'ENVELOPE_INVALID'],
      [headers, new Uint8Array([0xff, 0xfe]), 'MESSAGE_NOT_JSON'],
      [headers, '{"reason":', 'MESSAGE_NOT_JSON'],
      [headers, '{"reason":1}', 'EVENT_DATA_INVALID'],
      [{ ...headers, 'CE-Counter': '-1' }, '{"reason":"x"}', 'ENVELOPE_INVALID'],
    ];
    for (const [extra, body] of poison) await harness().publishRaw(subject, extra, body);
    const handled = collector<string>();
    const parked = collector<DeadLetter>();
    await bus.consumeEvents({
      name: `c-${randomUUID()}`,
      subjects: [subject],
      handle: async ({ cause }) => handled.add(cause),
      onParked: async (letter) => parked.add(letter),
    });
    await parked.until((letters) => letters.length === poison.length);
    await handled.until((items) => items.length === 1);
    expect(handled.items).toEqual(['good']);
    expect(event.cause).toBe('good');
    const codes = parked.items.toSorted((a, b) => a.sequence - b.sequence).map((letter) => letter.problem.code);
    expect(codes).toEqual(poison.map(([, , code]) => code));
  });

  test('a version too new is neither handled nor parked', async () => {
    const bus = await harness().open({ name: 'older' });
    const host = randomUUID();
    const subject = subjects.host(host);
    await bus.log.append(hostLeft(host, 'c1'), 0);
    const [good] = await bus.log.readStored(subject);
    const headers = Object.fromEntries(Object.entries(good?.headers ?? {}).filter(([key]) => key.startsWith('ce-')));
    await harness().publishRaw(subject, { ...headers, 'ce-type': 'io.benchbus.host.left.v2' }, '{}');
    await harness().publishRaw(subject, headers, '{"reason":"behind it"}');
    const handled = collector<string>();
    const name = `c-${randomUUID()}`;
    await bus.consumeEvents({
      name,
      subjects: [subject],
      handle: async (event) => handled.add(event.name === 'HostLeft' ? event.data.reason : ''),
      concurrency: 1,
    });
    expect(await handled.until((items) => items.length === 2)).toEqual(['c1', 'behind it']);
    const letters = await harness().deadLetters();
    expect(letters.filter((letter) => letter.subject.startsWith(`dead.older.${name}.`))).toEqual([]);
  });

  test('no more handlers at once than asked for; stop waits for them, then aborts them', async () => {
    const bus = await harness().open();
    const hosts = Array.from({ length: 6 }, () => randomUUID());
    await Promise.all(hosts.map((host) => bus.log.append(hostLeft(host, 'c'), 0)));
    const started = collector<string>();
    const aborted: string[] = [];
    const consuming = await bus.consumeEvents({
      name: `c-${randomUUID()}`,
      subjects: hosts.map((host) => subjects.host(host)),
      concurrency: 2,
      handle: (event, { signal }) => {
        started.add(event.subject);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.push(event.subject);
            resolve();
          });
        });
      },
    });
    await started.until((items) => items.length === 2);
    await consuming.stop(10);
    expect(started.items).toHaveLength(2);
    expect([...aborted].sort()).toEqual([...started.items].sort());
  });
}
