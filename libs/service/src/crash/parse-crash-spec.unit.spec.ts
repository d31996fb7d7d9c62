import { describe, expect, it } from 'vitest';
import { parseCrashSpec } from './parse-crash-spec.ts';

describe('parseCrashSpec', () => {
  it('reads a point, and the service it is meant for', () => {
    expect(parseCrashSpec('before-append.RunQueued')).toEqual({ point: 'before-append.RunQueued' });
    expect(parseCrashSpec('after.spawn:provisioner')).toEqual({ point: 'after.spawn', service: 'provisioner' });
  });

  it('takes unset and empty as no crash', () => {
    expect(parseCrashSpec(undefined)).toBeUndefined();
    expect(parseCrashSpec('')).toBeUndefined();
  });

  it.each([':service', 'a b', 'point:', 'point:Two:three'])('refuses %j', (text) => {
    expect(() => parseCrashSpec(text)).toThrow(expect.objectContaining({ code: 'CONFIG_CRASH_SPEC' }));
  });
});
