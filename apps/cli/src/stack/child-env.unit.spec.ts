import { expect, it } from 'vitest';
import { childEnv, cloudEnv } from './child-env.ts';

const env = {
  PATH: '/bin',
  YC_TOKEN: 'token',
  YC_ZONE: 'a',
  https_proxy: 'http://proxy',
  S3_URL: 'http://s3',
  BENCHBUS_TARGETS: 'yandex',
  HATCHET_CLIENT_TOKEN: 'other',
  EDITOR: 'vi',
};

it('passes on what the stack is configured by, and of nothing else', () => {
  const passed = childEnv(env, 'i', { NATS_URL: 'nats://127.0.0.1' });
  const own = ['NATS_URL', 'NODE_COMPILE_CACHE', 'BENCHBUS_STACK'];
  expect(
    Object.keys(passed)
      .filter((name) => !own.includes(name))
      .sort(),
  ).toEqual(['BENCHBUS_TARGETS', 'PATH', 'S3_URL']);
});

it("has a cloud's credentials apart", () => {
  expect(cloudEnv(env)).toEqual({ YC_TOKEN: 'token', YC_ZONE: 'a' });
});
