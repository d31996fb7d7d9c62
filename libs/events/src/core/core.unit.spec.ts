import { context, ROOT_CONTEXT, trace, type Context, type ContextManager } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeadLetter } from '../bus/consume.ts';
import { createMemoryBus } from '../memory/memory-bus.ts';
import { placeOfReply } from '../jetstream/pulled-message.ts';
import { hostLeft } from '../testing/samples.ts';
import { keepsBody, letterSubject, lettersOf, originalOf, parkedEntry } from './dead-letter.ts';
import { stackOf } from './error-stack.ts';
import { RandomTurns } from './random-turns.ts';
import { SeenVersions } from './seen-versions.ts';

describe('trace context', () => {
  let active: Context = ROOT_CONTEXT;
  const manager: ContextManager = {
    active: () => active,
    with: (_, fn, self, ...args) => fn.call(self as ThisParameterType<typeof fn>, ...args),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  beforeEach(() => {
    context.setGlobalContextManager(manager);
  });
  afterEach(() => {
    active = ROOT_CONTEXT;
    context.disable();
  });

  test('the active span stands on the event, and reaches its consumers', async () => {
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const bus = createMemoryBus();
    const plain = await bus.log.append(hostLeft('h', 'c1'), 0);
    expect(plain.event.traceparent).toBeUndefined();
    active = trace.setSpanContext(ROOT_CONTEXT, span);
    const { event } = await bus.log.append(hostLeft('h', 'c2'), plain.event.sequence);
    expect(event.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    await bus.close();
  });
});

describe('dead letters', () => {
  const letter = {
    stream: 'EVENTS',
    sequence: 3,
    subject: 'evt.host.x',
    headers: { 'nats-msg-id': 'm', 'Nats-Expected-Last-Subject-Sequence': '1', 'ce-id': 'i', 'dead-code': 'FORGED' },
    body: new TextEncoder().encode('{"reason":"x"}'),
    problem: { code: 'BAD', message: 'line 1\nline 2' },
    stack: '    at here',
    attempts: 2,
  };
  const room = 8 * 1024 * 1024;

  test('keep the original message, without the headers NATS would act on, and say why', () => {
    const { headers, body } = parkedEntry(letter, room, true);
    expect(headers).toEqual({
      'ce-id': 'i',
      'dead-state': 'parked',
      'dead-code': 'BAD',
      'dead-message': 'line%201%0Aline%202',
      'dead-stack': '%20%20%20%20at%20here',
      'dead-stream': 'EVENTS',
      'dead-sequence': '3',
      'dead-subject': 'evt.host.x',
      'dead-attempts': '2',
    });
    const { sequence, stream, subject } = letter;
    const original = originalOf({ subject: 'dead.a.b.events.3', sequence: 9, headers, body });
    expect(original).toEqual({ stream, sequence, subject, headers: { 'ce-id': 'i' }, body: letter.body });
  });

  test('a body that may hold a secret, or does not fit, is not kept', () => {
    const cancel = { 'ce-type': 'io.benchbus.suite.cancel-requested.v1' };
    const request = { ...letter, stream: 'REQUESTS', subject: 'request.suite.x', headers: cancel };
    const bytes = (text: string) => new TextEncoder().encode(text);
    const suite = { 'ce-type': 'io.benchbus.suite.requested.v1' };
    const kept = (given: DeadLetter, bytesLeft = room) => {
      const entry = parkedEntry(given, bytesLeft, true);
      expect(entry.body.length > 0).toBe(keepsBody({ ...given, headers: entry.headers }));
      return entry.body.length > 0;
    };
    expect(kept({ ...request, body: bytes('{"reason":"enough"}') })).toBe(true);
    expect(kept({ ...request, body: bytes('{"password":"hunter2"}') })).toBe(false);
    expect(kept({ ...request, headers: suite, body: bytes('{}') })).toBe(false);
    expect(kept({ ...request, headers: {}, body: bytes('{}') })).toBe(false);
    expect(kept(letter, 1000)).toBe(false);
  });

  test('each has a subject of five tokens whatever the names', () => {
    expect(letterSubject('Suite Dispatcher', 'a.b>*', letter)).toBe('dead.suite-dispatcher.a-b-.events.3');
    expect(letterSubject('', '', letter)).toBe('dead.-.-.events.3');
    expect(lettersOf('Suite Dispatcher', 'a.b>*')).toBe('dead.suite-dispatcher.a-b-.>');
  });

  test('say where an error and its causes came from, and not what they say', () => {
    const cause = new TypeError('hunter2 is no JSON');
    const stack = stackOf(new Error('hunter2', { cause }));
    expect(stack).toContain('caused by TypeError');
    expect(stack).toContain('core.unit.spec.ts');
    expect(stack).not.toContain('hunter2');
    expect(stackOf('hunter2')).toBe('');
  });
});

test('suspects go one at a time, and every one of them first now and then', async () => {
  const first = new Set<number>();
  for (let round = 0; round < 200 && first.size < 4; round += 1) {
    const turns = new RandomTurns();
    const order: number[] = [];
    let running = 0;
    const task = (index: number) => async () => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      order.push(index);
      running -= 1;
      if (index === 2) throw new Error('fails');
    };
    const results = await Promise.allSettled([0, 1, 2, 3].map((index) => turns.take(task(index))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    first.add(order[0] ?? -1);
  }
  expect([...first].sort()).toEqual([0, 1, 2, 3]);
});

describe('what was seen', () => {
  test('is forgotten from the oldest on, never lowered', () => {
    const seen = new SeenVersions();
    seen.note('a', 5);
    seen.note('a', 3);
    expect(seen.covers('a', 4)).toBe(false);
    expect(seen.covers('a', 5)).toBe(true);
    for (let index = 0; index < 10_000; index += 1) seen.note(`s${index}`, 1);
    expect(seen.covers('a', 0)).toBe(true);
    expect(seen.covers('s9999', 0)).toBe(false);
  });
});

test('the sequence of a delivery, from both forms of its reply subject', () => {
  expect(placeOfReply('$JS.ACK.EVENTS.c1.2.345.7.1700000000000000000.0')).toEqual({ deliveries: 2, sequence: 345 });
  expect(placeOfReply('$JS.ACK.hub.ACC.EVENTS.c1.2.345.7.1700000000000000000.0.token')).toEqual({
    deliveries: 2,
    sequence: 345,
  });
});
