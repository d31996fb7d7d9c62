import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AnyRecorded } from '../../bus/recorded-event.ts';
import { BenchbusError } from '../../bus/errors.ts';
import { subjects } from '../../bus/subjects.ts';
import { collector, type ContractHarness } from '../contract-harness.ts';
import { hostLeft, runCancelling } from '../samples.ts';

export function followContract(harness: () => ContractHarness): void {
  test('from the start: everything in order, caught up once, then what comes', async () => {
    const bus = await harness().open();
    const [host, run] = [randomUUID(), randomUUID()];
    const first = await bus.log.append(hostLeft(host, 'c1'), 0);
    await bus.log.append(runCancelling(run, 'x'), 0);
    const second = await bus.log.append(hostLeft(host, 'c2'), first.event.sequence);
    const seen = collector<AnyRecorded>();
    const caughtUp: number[] = [];
    const following = await bus.log.follow({
      subjects: [subjects.host(host)],
      from: 'start',
      onEvent: seen.add,
      onCaughtUp: () => void caughtUp.push(seen.items.length),
    });
    await seen.until((events) => events.length === 2);
    const third = await bus.log.append(hostLeft(host, 'c3'), second.event.sequence);
    await seen.until((events) => events.length === 3);
    expect(seen.items).toEqual([first.event, second.event, third.event]);
    expect(caughtUp).toEqual([2]);
    await following.stop();
  });

  test('from now and from a sequence', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c1'), 0);
    const fromNow = collector<AnyRecorded>();
    const fromSequence = collector<AnyRecorded>();
    const caughtUp: string[] = [];
    const filter = [subjects.host(host)];
    await bus.log.follow({
      subjects: filter,
      from: 'now',
      onEvent: fromNow.add,
      onCaughtUp: () => void caughtUp.push('now'),
    });
    expect(caughtUp).toEqual(['now']);
    const second = await bus.log.append(hostLeft(host, 'c2'), first.event.sequence);
    await fromNow.until((events) => events.length === 1);
    await bus.log.follow({ subjects: filter, from: second.event.sequence, onEvent: fromSequence.add });
    await fromSequence.until((events) => events.length === 1);
    expect([fromNow.items, fromSequence.items]).toEqual([[second.event], [second.event]]);
  });

  test('several filters, none = everything, and catching up with nothing', async () => {
    const bus = await harness().open();
    const [host, run] = [randomUUID(), randomUUID()];
    const some = collector<string>();
    const all = collector<string>();
    const caughtUp: string[] = [];
    const following = await bus.log.follow({
      subjects: [subjects.host(host), subjects.run(run)],
      from: 'start',
      onEvent: (event) => some.add(event.subject),
      onCaughtUp: () => void caughtUp.push('some'),
    });
    expect(caughtUp).toEqual(['some']);
    await bus.log.follow({ from: 'now', onEvent: (event) => all.add(event.subject) });
    await bus.log.append(hostLeft(host, 'c'), 0);
    await bus.log.append(runCancelling(run, 'c'), 0);
    await some.until((subjectsSeen) => subjectsSeen.length === 2);
    await all.until((subjectsSeen) => subjectsSeen.includes(subjects.run(run)));
    expect(some.items).toEqual([subjects.host(host), subjects.run(run)]);
    await following.stop();
  });

  test('events are handed over one at a time; one that fails comes again', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const seen = collector<string>();
    let failed = false;
    let running = 0;
    await bus.log.follow({
      subjects: [subjects.host(host)],
      from: 'start',
      onEvent: async (event) => {
        running += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        running -= 1;
        if (event.cause === 'c2' && !failed) {
          failed = true;
          throw new Error('once');
        }
        seen.add(event.cause);
      },
    });
    let version = 0;
    for (const cause of ['c1', 'c2', 'c3'])
      version = (await bus.log.append(hostLeft(host, cause), version)).event.sequence;
    expect(await seen.until((causes) => causes.length === 3)).toEqual(['c1', 'c2', 'c3']);
  });

  test('poison is parked and skipped; a handler may stop its own follower', async () => {
    const bus = await harness().open({ name: 'follower' });
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c1'), 0);
    await harness().publishRaw(subjects.host(host), { 'ce-id': 'x' }, 'rubbish');
    const seen = collector<string>();
    const following = await bus.log.follow({
      subjects: [subjects.host(host)],
      from: 'start',
      onEvent: async (event) => {
        if (event.cause === 'c2') await following.stop();
        seen.add(event.cause);
      },
    });
    const all = await bus.log.readStored(subjects.host(host));
    expect(first.event.sequence).toBeLessThan(all.at(-1)?.sequence ?? 0);
    await bus.log.append(hostLeft(host, 'c2'), first.event.sequence);
    expect(await seen.until((causes) => causes.length === 2)).toEqual(['c1', 'c2']);
    const letters = (await harness().deadLetters()).filter(({ subject }) =>
      subject.startsWith('dead.follower.follow.'),
    );
    expect(letters.map((letter) => letter.headers['dead-code'])).toContain('ENVELOPE_INVALID');
  });

  test('a follower stays in front of what is too new for this program, unless it is told of it', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c1'), 0);
    const [stored] = await bus.log.readStored(subjects.host(host));
    const own = Object.entries(stored?.headers ?? {}).filter(([name]) => !name.startsWith('nats-'));
    const headers = { ...Object.fromEntries(own), 'ce-id': 'newer', 'ce-type': first.event.type.replace(/\d+$/, '99') };
    await harness().publishRaw(subjects.host(host), headers, stored?.body ?? new Uint8Array());
    await harness().publishRaw(subjects.host(host), Object.fromEntries(own), stored?.body ?? new Uint8Array());
    const from = { subjects: [subjects.host(host)], from: 'start' } as const;
    const [held, told] = [collector<string>(), collector<string>()];
    let isCaughtUp = false;
    expect(bus.outdated()).toBeUndefined();
    const following = await bus.log.follow({
      ...from,
      onEvent: (event) => held.add(event.cause),
      onCaughtUp: () => void (isCaughtUp = true),
    });
    const skipping = await bus.log.follow({
      ...from,
      onEvent: (event) => told.add(event.cause),
      onTooNew: ({ code }) => told.add(code),
    });
    expect(await told.until((items) => items.length === 3)).toEqual(['c1', 'EVENT_TYPE_TOO_NEW', 'c1']);
    await expect.poll(() => bus.outdated()?.code).toBe('EVENT_TYPE_TOO_NEW');
    expect(held.items).toEqual(['c1']);
    expect(isCaughtUp).toBe(false);
    await Promise.all([following.stop(), skipping.stop()]);
    expect(bus.outdated()).toBeUndefined();
    expect(held.items).toEqual(['c1']);
  });

  test('a follower that trusts gets the same events, without their schemas, and still skips what is none', async () => {
    const bus = await harness().open();
    const host = randomUUID();
    const first = await bus.log.append(hostLeft(host, 'c1', 'ünï, 100 %'), 0);
    const [stored] = await bus.log.readStored(subjects.host(host));
    const own = Object.entries(stored?.headers ?? {}).filter(([name]) => !name.startsWith('nats-'));
    await harness().publishRaw(
      subjects.host(host),
      Object.fromEntries(own),
      new TextEncoder().encode('{"no":"reason"}'),
    );
    await harness().publishRaw(subjects.host(host), { 'ce-id': 'x' }, new TextEncoder().encode('rubbish'));
    const second = await bus.log.append(hostLeft(host, 'c2'), first.event.sequence);
    const seen = { trusted: collector<AnyRecorded>(), checked: collector<AnyRecorded>() };
    const from = { subjects: [subjects.host(host)], from: 'start' } as const;
    const followings = await Promise.all([
      bus.log.follow({ ...from, trusted: true, onEvent: seen.trusted.add }),
      bus.log.follow({ ...from, onEvent: seen.checked.add }),
    ]);
    await seen.trusted.until((events) => events.length === 3);
    await seen.checked.until((events) => events.length === 2);
    expect(seen.checked.items).toEqual([first.event, second.event]);
    expect(seen.trusted.items).toEqual([
      first.event,
      expect.objectContaining({ data: { no: 'reason' } }),
      second.event,
    ]);
    for (const following of followings) await following.stop();
  });

  test('a follower that is told parks what it cannot take, once, and goes on', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => harness().open({ name: 'told' })));
    const host = randomUUID();
    if (!one || !two) throw new Error('both are open');
    const first = await one.log.append(hostLeft(host, 'bad'), 0);
    await harness().publishRaw(subjects.host(host), { 'ce-id': 'x' }, 'rubbish');
    await one.log.append(hostLeft(host, 'good'), first.event.sequence);
    const follow = async (bus: typeof one) => {
      const seen = collector<string>();
      const tries = collector<number>();
      let tellings = 0;
      await bus.log.follow({
        name: 'projection',
        subjects: [subjects.host(host)],
        from: 'start',
        onEvent: ({ cause, sequence }) => {
          if (cause !== 'bad') return seen.add(cause);
          tries.add(sequence);
          throw new BenchbusError({ code: 'NOT_MINE', message: 'never' });
        },
        onParked: async ({ problem }) => {
          tellings += 1;
          if (tellings === 1) throw new Error('could not be appended');
          seen.add(problem.code);
        },
      });
      expect(await seen.until((items) => items.length === 3)).toEqual(['NOT_MINE', 'ENVELOPE_INVALID', 'good']);
      expect(tries.items.length).toBeGreaterThan(3);
    };
    await Promise.all([follow(one), follow(two)]);
    // After a restart, too, it is the same letter.
    await follow(one);
    const letters = (await one.deadLetters.list()).filter(({ service }) => service === 'told');
    expect(letters.map(({ code }) => code).sort()).toEqual(['ENVELOPE_INVALID', 'NOT_MINE']);
    expect(letters.every(({ consumer, redrivable }) => consumer === 'projection' && !redrivable)).toBe(true);
    const refused = expect.objectContaining({ code: 'LETTER_NOT_REDRIVABLE' }) as Error;
    await expect(one.deadLetters.redrive(letters[0]?.id ?? '', 'me')).rejects.toEqual(refused);
  });
}
