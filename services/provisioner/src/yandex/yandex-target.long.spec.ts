import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLOUD_TOKEN, startTestCloud, type TestCloud } from '@benchbus/service/testing';
import { createAll, destroyAll, replica, specsOf, statesOf, unhindered } from '../testing/yandex-scene.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 300_000);
afterEach(() => cloud.heal());
afterAll(() => cloud.close());

/** Of one run. */
const thingsOf = (runId: string) => cloud.items().filter(({ labels }) => labels['benchbus-run'] === runId);

/** A machine that is busy with other tests needs long for an init and an apply. */
const PATIENCE_MS = 120_000;

async function until(what: string, is: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!is()) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await delay(10);
  }
}

describe('machines of a run', () => {
  it(
    'another replica destroys what one created, also when state and record are lost',
    { timeout: 240_000 },
    async () => {
      await createAll(replica(cloud), specsOf('r-other', 2));
      await destroyAll(replica(cloud, { hostId: 'host-b' }), 'r-other', []);
      expect(thingsOf('r-other')).toEqual([]);

      await createAll(replica(cloud), specsOf('r-lost', 3));
      for (const name of readdirSync(statesOf(cloud))) rmSync(join(statesOf(cloud), name), { force: true });
      await destroyAll(replica(cloud, { hostId: 'host-b' }), 'r-lost');
      expect(thingsOf('r-lost')).toEqual([]);
    },
  );

  it('of an older fence go before new ones come', { timeout: 240_000 }, async () => {
    const target = replica(cloud);
    await createAll(target, specsOf('r-fence', 4, 1));
    const before = thingsOf('r-fence').map(({ id }) => id);
    await createAll(target, specsOf('r-fence', 4, 2));
    const after = thingsOf('r-fence');
    expect(after).toHaveLength(4);
    expect(after.filter(({ id }) => before.includes(id))).toEqual([]);
    expect(after.every(({ labels }) => labels['benchbus-fence']?.endsWith('_2'))).toBe(true);
    await destroyAll(target, 'r-fence');
  });

  it('a create that is overtaken stops, and what it made is destroyed', { timeout: 240_000 }, async () => {
    cloud.fault({ on: 'create', kind: 'yandex_compute_instance', name: '*-r-over-*', when: 'after', do: 'hang' });
    const target = replica(cloud);
    const over = new AbortController();
    const making = createAll(target, specsOf('r-over', 23), { ...unhindered(), signal: over.signal });
    making.catch(() => undefined);
    await until('machines are there', () => thingsOf('r-over').length === 4);
    over.abort(new Error('the run is being destroyed'));
    await expect(making).rejects.toThrow('the run is being destroyed');
    cloud.heal();
    await destroyAll(target, 'r-over');
    expect(thingsOf('r-over')).toEqual([]);
  });

  it(
    'a refused token is coded and quoted nowhere; the run stays open until it can be destroyed',
    { timeout: 240_000 },
    async () => {
      const lines: string[] = [];
      const target = replica(cloud, { lines });
      cloud.rules({ token: 'another' });
      try {
        const refused = await createAll(target, specsOf('r-auth', 24)).catch((error: unknown) => error);
        expect(refused).toMatchObject({
          code: 'YANDEX_AUTH_FAILED',
          message: expect.stringContaining('***') as unknown,
        });
        expect(await target.list('r-auth')).toHaveLength(4);
        await expect(destroyAll(target, 'r-auth')).rejects.toMatchObject({ code: 'YANDEX_AUTH_FAILED' });
        expect(JSON.stringify(refused) + lines.join('')).not.toContain(CLOUD_TOKEN);
      } finally {
        cloud.rules({});
      }
      await destroyAll(target, 'r-auth');
      expect(await target.list('r-auth')).toEqual([]);
    },
  );
});
