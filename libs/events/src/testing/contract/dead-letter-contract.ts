import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AnyRequest, ConsumeOptions, DeadLetter } from '../../bus/consume.ts';
import type { DeadLetterSummary } from '../../bus/dead-letters.ts';
import { BenchbusError } from '../../bus/errors.ts';
import type { EventBus } from '../../bus/event-bus.ts';
import type { AnyRecorded } from '../../bus/recorded-event.ts';
import { subjects } from '../../bus/subjects.ts';
import { collector, type ContractHarness } from '../contract-harness.ts';
import { hostLeft } from '../samples.ts';

export function deadLetterContract(harness: () => ContractHarness): void {
  const coded = (code: string) => expect.objectContaining({ code }) as Error;

  /** A fact that two services consume; the handler of one of them is broken until it is mended. */
  const setUp = async () => {
    const name = `c-${randomUUID()}`;
    const service = `s-${randomUUID().slice(0, 8)}`;
    const host = randomUUID();
    const [bus, other] = await Promise.all([harness().open({ name: service }), harness().open({ name: 'other' })]);
    const { event } = await bus.log.append(hostLeft(host, 'c', 'the reason'), 0);
    const handled = collector<AnyRecorded>();
    const others = collector<AnyRecorded>();
    const parked = collector<DeadLetter>();
    const state = { broken: true };
    const options: ConsumeOptions<AnyRecorded> = {
      name,
      subjects: [subjects.host(host)],
      retryDelaysMs: [1],
      handle: async (message) => {
        if (state.broken) throw new BenchbusError({ code: 'NO_LUCK', message: 'it never works' });
        handled.add(message);
      },
      onParked: async (letter) => parked.add(letter),
    };
    const consuming = await bus.consumeEvents(options);
    await other.consumeEvents({
      name: `${name}-b`,
      subjects: [subjects.host(host)],
      handle: async (message) => others.add(message),
    });
    await parked.until((letters) => letters.length === 1);
    await others.until((messages) => messages.length === 1);
    const mine = async (all = false): Promise<DeadLetterSummary[]> =>
      (await bus.deadLetters.list({ all })).filter((letter) => letter.consumer === name);
    /** Waits for the state by what changes it: the handler, which is told before the letter is. */
    const until = (wanted: string) =>
      expect.poll(async () => (await mine(true))[0]?.state, { timeout: 20_000, interval: 20 }).toBe(wanted);
    const [letter] = await mine();
    if (letter === undefined) throw new Error('there is no letter');
    return {
      bus,
      other,
      service,
      name,
      host,
      event,
      handled,
      others,
      parked,
      state,
      options,
      consuming,
      mine,
      until,
      letter,
    };
  };

  test('a letter holds the message, the reason, where it failed, who, how often', async () => {
    const { bus, service, name, event, letter } = await setUp();
    expect(letter).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      state: 'parked',
      time: expect.stringMatching(/^20.*Z$/) as string,
      service,
      consumer: name,
      stream: 'EVENTS',
      subject: event.subject,
      sequence: event.sequence,
      suiteId: event.correlation,
      code: 'NO_LUCK',
      message: 'it never works',
      attempts: 2,
      redrives: 0,
      redrivable: true,
    });
    const details = await bus.deadLetters.read(letter.id.slice(0, 7));
    expect(details).toMatchObject({ ...letter, headers: { 'ce-id': event.id, 'ce-hash': event.hash } });
    expect(new TextDecoder().decode(details.body)).toBe('{"reason":"the reason"}');
    expect(details.stack).toContain('dead-letter-contract.ts');
    expect(details.history).toEqual([
      { time: letter.time, state: 'parked', code: 'NO_LUCK', message: 'it never works', attempts: 2 },
    ]);
    await expect(bus.deadLetters.read('zzzz')).rejects.toEqual(coded('LETTER_UNKNOWN'));
    await expect(bus.deadLetters.read('')).rejects.toEqual(coded('LETTER_UNKNOWN'));
  });

  test('redriven in vain it is parked again, with its attempts added; mended, it goes through and leaves the list', async () => {
    const { bus, other, name, event, handled, others, parked, state, mine, until, letter } = await setUp();
    /** As who has counted before, and as who begins now. */
    const open = async () => {
      const fresh = await harness().open();
      return [(await other.deadLetters.open()).get(name), (await fresh.deadLetters.open()).get(name)];
    };
    expect(await open()).toEqual([1, 1]);
    expect(await bus.deadLetters.redrive(letter.id, 'ann')).toMatchObject({ id: letter.id, state: 'redriven' });
    await parked.until((letters) => letters.length === 2);
    await until('parked');
    expect(await open()).toEqual([1, 1]);
    expect((await mine())[0]).toMatchObject({ id: letter.id, attempts: 4, redrives: 1 });
    expect(parked.items[1]).toMatchObject({ stream: 'EVENTS', sequence: event.sequence, subject: event.subject });
    expect(new TextDecoder().decode(parked.items[1]?.body)).toBe('{"reason":"the reason"}');

    state.broken = false;
    await bus.deadLetters.redrive(letter.id, 'bob');
    await handled.until((messages) => messages.length === 1);
    // The very fact, as its stream delivers it.
    expect(handled.items).toEqual(others.items);
    await until('handled');
    expect(await mine()).toEqual([]);
    expect(await open()).toEqual([undefined, undefined]);
    const { history } = await bus.deadLetters.read(letter.id);
    expect(history.map(({ state: step, by, attempts }) => [step, by, attempts])).toEqual([
      ['parked', undefined, 2],
      ['redriven', 'ann', undefined],
      ['parked', undefined, 2],
      ['redriven', 'bob', undefined],
      ['handled', undefined, undefined],
    ]);
    await expect(bus.deadLetters.redrive(letter.id, 'ann')).rejects.toEqual(coded('LETTER_OVER'));
    // Nobody else heard of it.
    expect(others.items).toHaveLength(1);
  });

  test('redriven while its service is away, it waits for it; a second time is refused', async () => {
    const { bus, name, handled, state, options, consuming, until, letter } = await setUp();
    await consuming.stop();
    await bus.deadLetters.redrive(letter.id, 'ann');
    await expect(bus.deadLetters.redrive(letter.id, 'ann')).rejects.toEqual(coded('LETTER_REDRIVEN'));
    expect((await bus.deadLetters.list()).find((one) => one.consumer === name)?.state).toBe('redriven');
    state.broken = false;
    await bus.consumeEvents(options);
    await handled.until((messages) => messages.length === 1);
    await until('handled');
  });

  test('dropped, its content is erased, and that and by whom is recorded', async () => {
    const { bus, name, host, event, handled, state, options, consuming, mine, letter } = await setUp();
    await consuming.stop();
    await bus.deadLetters.redrive(letter.id, 'ann');
    expect((await bus.deadLetters.open()).get(name)).toBe(1);
    expect(await bus.deadLetters.drop(letter.id, 'bob')).toMatchObject({ state: 'dropped', attempts: 2, redrives: 1 });
    expect(await mine()).toEqual([]);
    expect((await bus.deadLetters.open()).get(name)).toBeUndefined();
    expect(await mine(true)).toMatchObject([{ id: letter.id, code: 'NO_LUCK', message: 'it never works' }]);
    const { history, body, headers } = await bus.deadLetters.read(letter.id);
    expect(history).toMatchObject([
      { state: 'redriven', by: 'ann' },
      { state: 'dropped', by: 'bob' },
    ]);
    expect([body, headers]).toEqual([undefined, {}]);
    const left = (await harness().deadLetters()).filter(({ subject }) => subject.includes(`.${letter.consumer}.`));
    expect(left.map(({ body: { length } }) => length)).toEqual([0, 0]);
    await expect(bus.deadLetters.drop(letter.id, 'bob')).rejects.toEqual(coded('LETTER_OVER'));
    // What was on its way is handed out no more; what comes then is.
    state.broken = false;
    await bus.consumeEvents(options);
    await bus.log.append(hostLeft(host, 'c2'), event.sequence);
    expect((await handled.until((items) => items.length > 0)).map(({ cause }) => cause)).toEqual(['c2']);
  });

  test('of several people one redrives', async () => {
    const { bus, other, consuming, letter } = await setUp();
    await consuming.stop();
    const both = await Promise.allSettled([
      bus.deadLetters.redrive(letter.id, 'ann'),
      other.deadLetters.redrive(letter.id, 'bob'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test("a client's request: what may hold a secret is not kept, and cannot be redriven once it is erased", async () => {
    const bus = await harness().open({ name: 'requests' });
    const suiteId = randomUUID();
    const name = `c-${randomUUID()}`;
    const parked = collector<DeadLetter>();
    const handled = collector<AnyRequest>();
    const state = { broken: true };
    await bus.consumeRequests({
      name,
      subjects: [subjects.request(suiteId)],
      retryDelaysMs: [],
      handle: async (request) => {
        if (state.broken) throw new Error('no');
        handled.add(request);
      },
      onParked: async (letter) => parked.add(letter),
    });
    await bus.request('SuiteRequested', suiteId, { suite: { password: 'hunter2' } });
    await bus.request('SuiteCancelRequested', suiteId, { reason: 'enough' });
    await parked.until((letters) => letters.length === 2);
    const mine = (await bus.deadLetters.list()).filter((letter) => letter.consumer === name);
    const [first, second] = mine.toSorted((a, b) => a.sequence - b.sequence);
    if (!first || !second) throw new Error('there are two');
    expect([first.suiteId, second.suiteId]).toEqual([suiteId, suiteId]);
    const kept = (await harness().deadLetters()).map(({ body }) => new TextDecoder().decode(body));
    expect(kept.join()).toContain('enough');
    expect(kept.join()).not.toContain('hunter2');

    state.broken = false;
    await bus.deadLetters.redrive(second.id, 'ann');
    await handled.until((requests) => requests.length === 1);
    // As long as its stream has it, it is taken from there.
    await bus.deadLetters.redrive(first.id, 'ann');
    await handled.until((requests) => requests.length === 2);
    expect(handled.items.map((request) => request.name)).toEqual(['SuiteCancelRequested', 'SuiteRequested']);
  });

  test('what was erased cannot be redriven', async () => {
    const bus = await harness().open({ name: 'requests' });
    const suiteId = randomUUID();
    const parked = collector<DeadLetter>();
    const name = `c-${randomUUID()}`;
    await bus.consumeRequests({
      name,
      subjects: [subjects.request(suiteId)],
      retryDelaysMs: [],
      handle: () => Promise.reject(new Error('no')),
      onParked: async (letter) => {
        await bus.forgetRequest(letter.sequence);
        parked.add(letter);
      },
    });
    await bus.request('SuiteRequested', suiteId, { suite: {} });
    await parked.until((letters) => letters.length === 1);
    const [letter] = (await bus.deadLetters.list()).filter(({ consumer }) => consumer === name);
    await expect(bus.deadLetters.redrive(letter?.id ?? '', 'ann')).rejects.toEqual(coded('LETTER_BODY_GONE'));
    expect((await bus.deadLetters.read(letter?.id ?? '')).body).toBeUndefined();
    await bus.deadLetters.drop(letter?.id ?? '', 'ann');
  });

  test('a message whose handlers die each time is parked, once, and told, whoever listens', async () => {
    const name = `c-${randomUUID()}`;
    const host = randomUUID();
    const open = () => harness().open({ name: 'dying', maxDeliveries: 3 });
    const buses = await Promise.all([open(), open(), open()]);
    const { event } = await buses[0].log.append(hostLeft(host, 'c'), 0);
    const handled = collector<number>();
    const parked = collector<DeadLetter>();
    const state = { broken: true };
    const consume = (bus: EventBus) =>
      bus.consumeEvents({
        name,
        subjects: [subjects.host(host)],
        ackWaitMs: 300,
        handle: () => {
          handled.add(1);
          return state.broken ? new Promise<void>(() => undefined) : Promise.resolve();
        },
        onParked: async (letter) => parked.add(letter),
      });
    for (let death = 1; death <= 3; death += 1) {
      const dying = await consume(buses[0]);
      await handled.until((items) => items.length === death);
      await dying.stop(0);
    }
    const replicas = await Promise.all(buses.map((bus) => consume(bus)));
    await parked.until((letters) => letters.length === 1);
    expect(parked.items).toMatchObject([
      { problem: { code: 'REDELIVERIES_EXHAUSTED' }, attempts: 3, sequence: event.sequence, subject: event.subject },
    ]);
    const mine = async () => (await buses[0].deadLetters.list()).filter(({ consumer }) => consumer === name);
    const [letter] = await mine();
    expect(await mine()).toMatchObject([{ attempts: 3, code: 'REDELIVERIES_EXHAUSTED' }]);
    expect(handled.items).toHaveLength(3);
    // Mended, it is handed out again, anew.
    state.broken = false;
    await buses[1].deadLetters.redrive(letter?.id ?? '', 'ann');
    await handled.until((items) => items.length === 4);
    await expect.poll(mine, { timeout: 20_000 }).toEqual([]);
    expect(parked.items).toHaveLength(1);
    await Promise.all(replicas.map((replica) => replica.stop()));
  });
}
