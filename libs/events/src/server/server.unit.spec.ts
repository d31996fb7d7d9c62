import { expect, test } from 'vitest';
import { findNatsServer, isNewEnough } from './find-nats-server.ts';
import { natsServerConfig } from './nats-server-config.ts';

test('the configuration of a server', () => {
  expect(natsServerConfig({ port: -1, storeDir: '/a "b"/c', portsFileDir: '/p' })).toBe(
    [
      'server_name: "benchbus"',
      'host: "127.0.0.1"',
      'port: -1',
      'max_payload: 8388608',
      'jetstream {',
      '  store_dir: "/a \\"b\\"/c"',
      '  sync_interval: always',
      '}',
      'ports_file_dir: "/p"',
      '',
    ].join('\n'),
  );
});

test.each([
  ['nats-server: v2.9.10', false],
  ['nats-server: v2.11.99', false],
  ['nats-server: v2.12.0', true],
  ['nats-server: v2.15.2', true],
  ['nats-server: v3.0.0-beta', true],
  ['', false],
])('%j is new enough: %s', (line, expected) => {
  expect(isNewEnough(line)).toBe(expected);
});

test('a named server that is not there: the error says what was tried', async () => {
  await expect(findNatsServer({ BENCHBUS_NATS_SERVER: '/nowhere/nats-server' })).rejects.toMatchObject({
    code: 'NATS_SERVER_NOT_FOUND',
    message: expect.stringContaining('/nowhere/nats-server (not there)') as string,
  });
});
