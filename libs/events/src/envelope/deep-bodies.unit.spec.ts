import { mayHoldSecrets } from '@benchbus/suites';
import { deepJson, withJsonAt, written } from '@benchbus/suites/testing/deep-json';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { readFrozen, readRecordings } from '../contracts/frozen-files.ts';
import { newRequest } from '../core/new-request.ts';
import { REQUESTS } from '../schemas/requests/index.ts';
import { jsonOf } from './attributes.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeEvent } from './decode.ts';
import { UnreadableMessage } from './refused.ts';
import type { StoredMessage } from './stored-message.ts';
import { verifyChain } from './verify-chain.ts';

// Bodies of a megabyte: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** What is no event. */
const clients = new Set(Object.values(REQUESTS).map(({ type }): string => type));

const place = fc.record({ nth: fc.nat(100_000), add: fc.boolean() });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What reading comes to: nothing, or the code of why not; anything but a coded refusal is thrown on. */
function codeOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableMessage) return error.problem.code;
    throw error;
  }
}

test('an event with a body of any depth is read, without what is unknown of it, or refused with a code', () => {
  const facts = readFrozen().flatMap(({ type, fixtures }) => (clients.has(type) ? [] : fixtures.slice(0, 2)));
  const outcomes = new Map<string | undefined, number>();
  fc.assert(
    fc.property(fc.constantFrom(...facts), deepJson, place, (fact, runs, at) => {
      const json = written(runs);
      const text = withJsonAt(jsonOf(fact), json, at);
      const stored = { ...fact, body: bytes(text) };
      const code = codeOf(() => decodeEvent(stored));
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
      if (code === undefined) JSON.stringify(decodeEvent(stored));
      for (const found of verifyChain([stored]))
        expect(found.code).toMatch(/^(EVENT_UNREADABLE|HASH_MISMATCH|CHAIN_BROKEN|COUNTER_GAP)$/);
    }),
    { numRuns: 150 },
  );
  expect([...outcomes.keys()].sort()).toEqual(['EVENT_DATA_INVALID', undefined]);
});

const requests = [...readRecordings()].flatMap(([file, stored]) => (file.includes('requests') ? stored : []));

test('a request of any depth is taken, with its suite as it came, or refused with a code', () => {
  const outcomes = new Set<string | undefined>();
  const structured = (stored: StoredMessage, text: string): StoredMessage => ({
    ...stored,
    headers: { 'content-type': 'application/cloudevents+json' },
    body: bytes(text),
  });
  fc.assert(
    fc.property(fc.constantFrom(...requests), deepJson, place, (request, runs, at) => {
      const json = written(runs);
      const text = withJsonAt(jsonOf(request), json, at);
      const event = { specversion: '1.0', id: '1', source: 's', type: request.headers['ce-type'], data: '@' };
      for (const stored of [
        { ...request, body: bytes(text) },
        { ...request, body: bytes(json) },
        { ...request, headers: { ...request.headers, 'content-type': 'application/yaml' }, body: bytes(text) },
        structured(
          request,
          JSON.stringify(event).replace('"@"', () => text),
        ),
        structured(request, withJsonAt(event, json, at)),
      ]) {
        outcomes.add(codeOf(() => decodeRequest(stored)));
        expect(typeof mayHoldSecrets(stored.body)).toBe('boolean');
      }
    }),
    { numRuns: 60 },
  );
  expect([...outcomes]).toEqual(expect.arrayContaining([undefined, 'REQUEST_DATA_INVALID', 'ENVELOPE_INVALID']));
});

test('who sends what has no JSON form is told so: too deep, without an end, no JSON', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
  const round: Record<string, unknown> = {};
  round['again'] = round;
  for (const suite of [deep, round, { count: 1n }])
    expect(() => newRequest('SuiteRequested', 's', { suite }, { source: 'test' })).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'INVALID_EVENT' }) as object }) as Error,
    );
});
