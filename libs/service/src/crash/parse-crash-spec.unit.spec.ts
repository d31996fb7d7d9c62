import { describe, expect, it } from 'vitest';
import { parseCrashSpec } from './parse-crash-spec.ts';

describe('parseCrashSpec', () => {
  it('reads a point, its passing, and the service it is meant for', () => {
    expect(parseCrashSpec('before-append.RunQueued')).toEqual({ point: 'before-append.RunQueued', passing: 1 });
    expect(parseCrashSpec('after.spawn:provisioner')).toEqual({
      point: 'after.spawn',
      passing: 1,
      service: 'provisioner',
    });
    expect(parseCrashSpec('after.spawn#2:provisioner')).toMatchObject({ passing: 2, service: 'provisioner' });
    expect(parseCrashSpec('after.spawn#12')).toEqual({ point: 'after.spawn', passing: 12 });
  });

  it('takes unset and empty as no crash', () => {
    expect(parseCrashSpec(undefined)).toBeUndefined();
    expect(parseCrashSpec('')).toBeUndefined();
  });

  it.each([':service', 'a b', 'point:', 'point:Two:three', 'point#0', 'point#', 'point:service#2'])(
    'refuses %j',
    (text) => {
      expect(() => parseCrashSpec(text)).toThrow(expect.objectContaining({ code: 'CONFIG_CRASH_SPEC' }));
    },
  );
});
