import { context, ROOT_CONTEXT, trace, type Context, type ContextManager } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryBus } from '../memory/memory-bus.ts';
import { sequenceOfReply } from '../jetstream/pulled-message.ts';
import { hostLeft } from '../testing/samples.ts';
import { deadLetterHeaders, deadLetterSubject } from './dead-letter.ts';
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
  test('keep the original headers but those NATS would act on, and say why', () => {
    const letter = {
      stream: 'REQUESTS',
      sequence: 3,
      subject: 'request.suite.x',
      headers: { 'nats-msg-id': 'm', 'Nats-Expected-Last-Subject-Sequence': '1', 'ce-id': 'i', 'dead-code': 'FORGED' },
      body: new Uint8Array(),
      problem: { code: 'BAD', message: 'line 1\nline 2' },
      attempts: 2,
    };
    expect(deadLetterHeaders(letter)).toEqual({
      'ce-id': 'i',
      'dead-code': 'BAD',
      'dead-message': 'line%201%0Aline%202',
      'dead-stream': 'REQUESTS',
      'dead-sequence': '3',
      'dead-subject': 'request.suite.x',
      'dead-attempts': '2',
    });
  });

  test('their subject has three tokens whatever the names', () => {
    expect(deadLetterSubject('Suite Dispatcher', 'a.b>*')).toBe('dead.suite-dispatcher.a-b-');
    expect(deadLetterSubject('', '')).toBe('dead.-.-');
  });
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
  expect(sequenceOfReply('$JS.ACK.EVENTS.c1.2.345.7.1700000000000000000.0')).toBe(345);
  expect(sequenceOfReply('$JS.ACK.hub.ACC.EVENTS.c1.2.345.7.1700000000000000000.0.token')).toBe(345);
});
