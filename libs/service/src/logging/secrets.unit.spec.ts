import { describe, expect, it } from 'vitest';
import { REDACTED, hideUserinfo, redact } from './secrets.ts';

describe('redact', () => {
  it('removes the values of secret keys at any depth', () => {
    const line = { user: 'u', password: 'p', list: [{ accessToken: 't', deep: { s3: { secretAccessKey: 'k' } } }] };
    expect(redact(line)).toEqual({
      user: 'u',
      password: REDACTED,
      list: [{ accessToken: REDACTED, deep: { s3: { secretAccessKey: REDACTED } } }],
    });
  });

  it('keeps what only sounds like a secret: a KV key, a fencing token, a flag', () => {
    const line = { key: 'edge.r1.pg', childKey: 'database:pg:1', fencingToken: 17, secret: true };
    expect(redact(line)).toEqual(line);
  });

  it('leaves errors and dates to their serializers, and ends in a cycle', () => {
    const error = new Error('e');
    const cycle: Record<string, unknown> = { error };
    cycle['self'] = cycle;
    expect(redact(cycle)).toMatchObject({ error });
  });
});

describe('hideUserinfo', () => {
  it('hides passwords and NATS tokens in any URL of a text', () => {
    expect(hideUserinfo('a postgres://u:pw@h/d and nats://tok@h:1 b')).toBe(
      'a postgres://u:***@h/d and nats://***@h:1 b',
    );
    expect(hideUserinfo('https://host/path?x=a@b')).toBe('https://host/path?x=a@b');
  });
});
