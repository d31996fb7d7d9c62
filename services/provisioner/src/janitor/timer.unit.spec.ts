import { createLogger } from '@benchbus/service';
import { expect, it } from 'vitest';
import { startJanitor } from './timer.ts';

const logger = createLogger({ LOG_LEVEL: 'fatal', LOG_MOD: 'production', LOG_MAPPING: '' }, { service: 'test' });

it('sweeps once more when asked to amid a sweep, and never two at once', async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  let [atOnce, most] = [0, 0];
  const sweepOnce = async () => {
    most = Math.max(most, (atOnce += 1));
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    atOnce -= 1;
    if (gates.length === 1) throw new Error('the first one fails');
  };
  const janitor = startJanitor(sweepOnce, 1_000_000, logger);
  const asked = [janitor.again(), janitor.again()];
  expect(gates).toHaveLength(1);
  gates[0]?.resolve();
  await janitor.first;
  await expect.poll(() => gates.length).toBe(2);
  gates[1]?.resolve();
  await Promise.all(asked);
  expect([gates.length, most]).toEqual([2, 1]);
  await janitor.stop();
  await janitor.again();
  expect(gates).toHaveLength(2);
});
