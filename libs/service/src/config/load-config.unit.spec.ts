import { BenchbusError } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baseConfig } from './base-config.ts';
import { loadConfig } from './load-config.ts';

const schema = baseConfig.extend({
  VALKEY_URL: z.url(),
  UPLOAD_SECRET: z.string().min(16),
  HATCHET_CLIENT_TOKEN: z.string(),
});
const good = { VALKEY_URL: 'redis://127.0.0.1:6379', UPLOAD_SECRET: 'sixteen letters!', HATCHET_CLIENT_TOKEN: 't' };

function failure(env: Record<string, string>): BenchbusError {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof BenchbusError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('fills in defaults, converts, and takes an empty variable as unset', () => {
    const config = loadConfig(schema, { ...good, LOG_LEVEL: '', BENCHBUS_HEALTH_PORT: '0', OTHER: 'ignored' });
    expect(config).toMatchObject({ LOG_LEVEL: 'info', BENCHBUS_HEALTH_PORT: 0, NATS_URL: 'nats://127.0.0.1:4222' });
    expect(config).not.toHaveProperty('OTHER');
  });

  it('lists everything that is wrong in one error: name, value, what is allowed', () => {
    const error = failure({
      LOG_LEVEL: 'loud',
      BENCHBUS_HEALTH_PORT: '70000',
      UPLOAD_SECRET: 'x'.repeat(16),
      NATS_URL: 'nats://[',
    });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('LOG_LEVEL is "loud"');
    expect(error.message).toContain('"debug"');
    expect(error.message).toContain('BENCHBUS_HEALTH_PORT is "70000"');
    expect(error.message).toContain('<=65535');
    expect(error.message).toContain('VALKEY_URL is not set');
    expect(error.message).toContain('HATCHET_CLIENT_TOKEN is not set');
    expect(error.message).toContain('nats://127.0.0.1:4222, separated by commas');
    expect(error.where?.split(', ').sort()).toEqual([
      'BENCHBUS_HEALTH_PORT',
      'HATCHET_CLIENT_TOKEN',
      'LOG_LEVEL',
      'NATS_URL',
      'VALKEY_URL',
    ]);
  });

  it.each(['MY_TOKEN', 'MY_SECRET', 'DB_PASSWORD', 'S3_ACCESS_KEY'])('never shows the value of %s', (name) => {
    const quoting = z.string().refine(() => false, { error: ({ input }) => `not this: ${String(input)}` });
    let message = '';
    try {
      loadConfig(z.object({ [name]: quoting }), { [name]: 'hunter2' });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(name);
    expect(message).not.toContain('hunter2');
  });

  it('hides the credentials of a URL it shows', () => {
    const strict = z.object({ DB: z.url({ protocol: /^https$/ }) });
    expect(() => loadConfig(strict, { DB: 'postgres://user:hunter2@host/db' })).toThrow(/user:\*\*\*@host/);
  });
});
