import { expect, it } from 'vitest';
import { machineNats } from './machine-nats.ts';

const WHERE = 'BENCHBUS_YANDEX_NATS_URL';

it.each(['tls://nats.example:4222', 'nats.example', 'nats://a:4222,tls://b:4222'])('%s is told as it is', (urls) => {
  expect(machineNats(urls, WHERE)).toBe(urls);
});

it.each([
  'nats://ann:canary-4711@nats.example:4222',
  'nats://canary-4711@nats.example',
  'ann:canary-4711@nats.example:4222',
  'tls://a:4222,nats://:canary-4711@b:4222',
  'nats://[canary-4711',
])('%s is refused and not quoted', (urls) => {
  let refused: unknown;
  try {
    machineNats(urls, WHERE);
  } catch (error) {
    refused = error;
  }
  expect(refused).toMatchObject({ code: 'YANDEX_SETTINGS_INVALID', where: WHERE });
  expect(String(refused)).not.toContain('canary');
});
