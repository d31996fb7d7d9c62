import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLineOf, findByEnvironment, groupMembers, signalProcess, statOf } from '@benchbus/processes';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { folderStore } from '../terraform/folder-store.ts';
import { CLOUD_TOKEN, startTestCloud, type CloudFault, type TestCloud } from '@benchbus/service/testing';
import { createAll, destroyAll, replica, specsOf, statesOf, terraformOf } from '../testing/yandex-scene.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 300_000);
afterEach(() => cloud.heal());
afterAll(() => cloud.close());

/** Of one run. */
const thingsOf = (runId: string) => cloud.items().filter(({ labels }) => labels['benchbus-run'] === runId);
const processesOf = (id: string) => findByEnvironment({ YC_DOUBLE_MACHINE: id });

/** A machine that is busy with other tests needs long for an init and an apply. */
const PATIENCE_MS = 120_000;

async function until(what: string, is: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!is()) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await delay(10);
  }
}

/** Every file below a folder, as text. */
const textsBelow = (dir: string): string =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');

describe('machines of a run', () => {
  const kinds = ['yandex_vpc_subnet', 'yandex_vpc_security_group', 'yandex_compute_instance'];
  const quota = { code: 'ResourceExhausted', text: 'Quota limit exceeded' };

  it('come up, run what their user-data says, and go; no secret is left anywhere', { timeout: 240_000 }, async () => {
    const lines: string[] = [];
    const argvs: string[] = [];
    const target = replica(cloud, { lines });
    const specs = specsOf('r-plain', 1);
    const making = createAll(target, specs);
    await until('terraform works', () => terraformOf('r-plain').length > 0);
    argvs.push(...terraformOf('r-plain').flatMap(({ pid }) => commandLineOf(pid)));
    await making;
    const things = thingsOf('r-plain');
    expect(things.map(({ kind }) => kind).sort()).toEqual([
      'yandex_compute_instance',
      'yandex_compute_instance',
      'yandex_vpc_security_group',
      'yandex_vpc_subnet',
    ]);
    const machines = things.filter(({ kind }) => kind === 'yandex_compute_instance');
    await until('the runners are up', () =>
      machines.every(({ id }) => readdirSync(cloud.machineRoot(id)).includes('up')),
    );
    expect((await target.list('r-plain')).map(({ kind, node }) => [kind, node])).toEqual([
      ['machine', 'pg'],
      ['machine', 'load'],
      ['network', undefined],
      ['network', undefined],
    ]);
    // Asked for again, as after a restart: nothing new.
    await createAll(replica(cloud), specs);
    expect(thingsOf('r-plain')).toEqual(things);
    expect(textsBelow(statesOf(cloud))).toContain('r-plain');

    const texts = [textsBelow(statesOf(cloud)), textsBelow(join(cloud.root, 'work')), lines.join(''), argvs.join(' ')];
    for (const text of texts) expect(text).not.toContain(CLOUD_TOKEN);

    await destroyAll(target, 'r-plain');
    expect(thingsOf('r-plain')).toEqual([]);
    expect(machines.flatMap(({ id }) => processesOf(id))).toEqual([]);
    expect(await target.list()).toEqual([]);
    expect(readdirSync(join(cloud.root, 'work', 'host-a'))).toEqual([]);
    expect(readdirSync(statesOf(cloud))).toEqual([]);
    expect(lines.join('')).toMatch(/delete done/);
  });

  it(
    'at each resource, before it is made or with the answer lost: coded, and nothing is left',
    { timeout: 240_000 },
    async () => {
      const cases = kinds.flatMap((kind) => (['before', 'after'] as const).map((when) => ({ kind, when })));
      const target = replica(cloud);
      await Promise.all(
        cases.map(async ({ kind, when }, index) => {
          const runId = `r-fail-${index}`;
          const fault: CloudFault = { on: 'create', kind, name: `*-${runId}*`, when, do: 'fail', ...quota };
          cloud.fault(fault);
          await expect(createAll(target, specsOf(runId, 10 + index))).rejects.toMatchObject({
            code: 'YANDEX_QUOTA_EXCEEDED',
          });
          expect(thingsOf(runId)).toEqual([]);
          expect(await target.list(runId)).toEqual([]);
        }),
      );
      const effects = cloud.calls().filter((line) => line.includes('-r-fail-'));
      const count = (what: string) => effects.filter((line) => line.startsWith(`${what} `)).length;
      expect(count('create')).toBeGreaterThan(6);
      expect(count('create')).toBe(count('delete'));
    },
  );

  it(
    'a cloud that hangs past the deadline, whether or not it lets itself be stopped',
    { timeout: 240_000 },
    async () => {
      const target = replica(cloud);
      const hangs = (['hang', 'stuck'] as const).map(async (how, index) => {
        const runId = `r-${how}`;
        cloud.fault({
          on: 'create',
          kind: 'yandex_compute_instance',
          name: `*-${runId}-load-*`,
          when: 'after',
          do: how,
        });
        const deadline = new Date(Date.now() + 10_000).toISOString();
        const specs = specsOf(runId, 20 + index).map((spec) => ({ ...spec, deadline }));
        await expect(createAll(target, specs)).rejects.toMatchObject({ code: 'TERRAFORM_TIMEOUT' });
        expect(thingsOf(runId)).toEqual([]);
        expect(terraformOf(runId)).toEqual([]);
      });
      // Also terraform's own preparations count: it is stopped in them.
      const past = specsOf('r-late', 24).map((spec) => ({ ...spec, deadline: new Date(0).toISOString() }));
      const late = expect(createAll(target, past)).rejects.toMatchObject({
        code: 'TERRAFORM_TIMEOUT',
        message: expect.stringContaining('preparing') as unknown,
      });
      await Promise.all([...hangs, late]);
    },
  );

  it(
    'terraform dies in the middle (kill -9): what it could not write down is found by its name',
    { timeout: 240_000 },
    async () => {
      cloud.fault({
        on: 'create',
        kind: 'yandex_compute_instance',
        name: '*-r-kill-pg-*',
        when: 'after',
        do: 'stuck',
        once: true,
      });
      const making = createAll(replica(cloud), specsOf('r-kill', 22));
      making.catch(() => undefined);
      await until('the machine is there', () =>
        cloud.calls().some((line) => line.startsWith('fault-stuck') && line.includes('r-kill')),
      );
      const leader = terraformOf('r-kill').find(({ pid }) => statOf(pid)?.group === pid);
      if (leader === undefined) throw new Error('no terraform');
      signalProcess(leader, 'SIGKILL');
      await expect(making).rejects.toMatchObject({ code: 'TERRAFORM_FAILED' });
      expect(thingsOf('r-kill')).toEqual([]);
      expect(groupMembers(leader.pid)).toEqual([]);
    },
  );

  it('whose lock belongs to a host that lives are left alone by another', { timeout: 240_000 }, async () => {
    // Of another installation, so that its terraform is not taken for a leftover of ours: two hosts, one store of states.
    const theirs = replica(cloud, { hostId: 'host-b', installation: 'other' });
    cloud.fault({ on: 'create', kind: 'yandex_compute_instance', name: '*-r-held-*', when: 'after', do: 'hang' });
    const making = createAll(theirs, specsOf('r-held', 25));
    making.catch(() => undefined);
    await until('their machines are there', () => thingsOf('r-held').length === 4);
    const before = thingsOf('r-held');
    const ours = replica(cloud, { hostId: 'host-a', hostLives: true });
    const locked = { code: 'TERRAFORM_STATE_LOCKED' };
    const holder = async () => (await folderStore(statesOf(cloud)).get('r-held'))?.holder;
    await expect(createAll(ours, specsOf('r-held', 25))).rejects.toMatchObject(locked);
    expect(await holder()).toBe('host-b');
    // Whoever was refused has not become the holder by that.
    await expect(destroyAll(ours, 'r-held')).rejects.toMatchObject(locked);
    expect(await holder()).toBe('host-b');
    expect(thingsOf('r-held')).toEqual(before);
    expect(terraformOf('r-held', 'other')).not.toEqual([]);
    await theirs.release();
    await expect(making).rejects.toThrow('stopped');
    cloud.heal();
    await destroyAll(theirs, 'r-held');
    expect(thingsOf('r-held')).toEqual([]);
  });
});
