import { expect, it } from 'vitest';
import { GIB, TestLog } from '../testing/test-log.ts';

it("machines of a cloud take nothing of the host that makes them: neither wait for each other, nor for the host's runs", () => {
  const log = new TestLog();
  const pool = (name: 'local' | 'yandex', cidr: string) => ({ name, pool: { cidr, blockPrefix: 24 } });
  log.host('h1', { targets: [pool('local', '127.64.0.0/16'), pool('yandex', '10.2.0.0/16')], cores: 2 });
  log.request('y1', { target: 'yandex', cores: 64, memoryBytes: 512 * GIB });
  log.request('l1', { cores: 2, memoryBytes: 8 * GIB });
  log.request('y2', { target: 'yandex', cores: 64, memoryBytes: 512 * GIB });
  log.request('l2');
  log.settle();
  const reserved = log.events.filter(({ name }) => name === 'NetworkReserved').map(({ subject }) => subject);
  expect(reserved.sort()).toEqual(['evt.network.l1', 'evt.network.y1', 'evt.network.y2']);
  // l1 has the host for itself, whatever the cloud's runs do there.
  log.release('l1');
  log.settle();
  expect(log.last('NetworkReserved').subject).toBe('evt.network.l2');
});
