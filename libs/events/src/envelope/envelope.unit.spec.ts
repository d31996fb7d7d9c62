import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDraft, encodeEvent, type EnvelopeContext } from './encode.ts';
import { decodeEvent } from './decode.ts';
import { decodeHeaderValue, encodeHeaderValue } from './percent.ts';
import { envelopeHash } from './hash.ts';
import { eventId } from './event-id.ts';
import { hostLeft } from '../testing/samples.ts';
import { verifyChain } from './verify-chain.ts';

const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed());
const token = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);
const context: fc.Arbitrary<EnvelopeContext> = fc.record({
  source: text,
  time: fc
    .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  counter: fc.integer({ min: 1, max: 1e9 }),
  prevHash: fc.oneof(fc.constant(''), fc.stringMatching(/^[0-9a-f]{64}$/)),
  incarnation: fc.uuid(),
});

describe('header values', () => {
  test('every text survives, in printable ASCII without space, quote and bare percent', () => {
    fc.assert(
      fc.property(text, (value) => {
        const encoded = encodeHeaderValue(value);
        expect(encoded).toMatch(/^([\x21\x23\x24\x26-\x7e]|%[0-9A-F]{2})*$/);
        expect(decodeHeaderValue(encoded)).toBe(value);
      }),
    );
  });

  test('the example of the CloudEvents binding', () => {
    expect(encodeHeaderValue('Euro € 😀')).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80');
  });

  test('whatever stands in a header can be decoded', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => typeof decodeHeaderValue(value) === 'string'));
    expect(decodeHeaderValue('100 %')).toBe('100 %');
  });
});

describe('the envelope', () => {
  test('an event comes back as it went', () => {
    fc.assert(
      fc.property(token, text, text, context, fc.integer({ min: 1 }), (host, cause, reason, around, sequence) => {
        const draft = hostLeft(host, cause, reason);
        const encoded = encodeEvent(checkDraft(draft), around);
        const stored = { subject: draft.subject, sequence, headers: encoded.headers, body: encoded.body };
        expect(decodeEvent(stored)).toEqual({
          name: 'HostLeft',
          subject: draft.subject,
          sequence,
          data: draft.data,
          id: encoded.id,
          type: 'io.benchbus.host.left.v1',
          correlation: host,
          cause,
          hash: encoded.hash,
          ...around,
        });
      }),
    );
  });

  test('whatever changes, the hash shows it', () => {
    fc.assert(
      fc.property(context, text, fc.nat(), (around, reason, which) => {
        const draft = hostLeft('h', 'c', reason);
        const { headers, body } = encodeEvent(checkDraft(draft), { ...around, counter: 1, prevHash: '' });
        const stored = { subject: draft.subject, sequence: 1, headers, body };
        expect(verifyChain([stored])).toEqual([]);
        const names = Object.keys(headers).filter((name) => name.startsWith('ce-'));
        const name = names[which % names.length] ?? '';
        const forged = { ...stored, headers: { ...headers, [name]: `${headers[name]}x` } };
        expect(verifyChain([forged]).map((problem) => problem.code)).toContain('HASH_MISMATCH');
      }),
    );
  });

  test('no bytes and no headers make the decoder fail with anything but a problem', () => {
    const headers = fc.dictionary(
      fc.constantFrom('ce-id', 'ce-type', 'ce-time', 'ce-counter', 'traceparent'),
      fc.string(),
    );
    fc.assert(
      fc.property(headers, fc.uint8Array(), (some, body) => {
        expect(() => decodeEvent({ subject: 'evt.host.h', sequence: 1, headers: some, body })).toThrow(
          expect.objectContaining({ code: 'ENVELOPE_INVALID' }) as Error,
        );
      }),
    );
  });

  test('the hash is the documented one', () => {
    // printf '{"ce-id":"1","ce-type":"t","data":{"a":1,"b":[true,null]}}' | sha256sum
    const hash = envelopeHash({ 'ce-type': 't', 'ce-id': '1', 'ce-hash': 'ignored' }, { b: [true, null], a: 1 });
    expect(hash).toBe('b251b634363d08810448fc2fc5a60a8c8dc924282725857582b0cdfd0dcdfbf4');
  });
});

describe('event ids', () => {
  const parts = { cause: 'c', type: 't', subject: 's', discriminator: 'd', attempt: 1 };

  test('are the same for the same decision, and another one for any other', () => {
    const others = [
      { ...parts, cause: 'x' },
      { ...parts, type: 'x' },
      { ...parts, subject: 'x' },
      { ...parts, discriminator: 'x' },
      { ...parts, attempt: 2 },
      { cause: 'c', type: 't', subject: 's' },
      { cause: 'c', type: 't', subject: 's', discriminator: 'd' },
      { cause: 'c', type: 't', subject: 's', attempt: 1 },
    ];
    expect(eventId({ ...parts })).toBe(eventId(parts));
    expect(new Set([parts, ...others].map(eventId)).size).toBe(others.length + 1);
  });

  test('never change: retries of an older program must have the same ones', () => {
    expect(eventId(parts)).toBe('f81e4a80-5901-592e-b772-bbac86ed1228');
  });

  test('parts cannot run into each other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        const one = eventId({ cause: a + b, type: c, subject: 's' });
        const two = eventId({ cause: a, type: b + c, subject: 's' });
        expect(one === two).toBe(b === '');
      }),
    );
  });
});
