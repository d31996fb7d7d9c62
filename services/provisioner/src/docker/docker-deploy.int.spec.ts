import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { databasePassword } from '@benchbus/service';
import { installationKey } from '../adapters/installation-key.ts';
import { fixtureImages, setDockerScene, threeNodes, whyNoDocker } from '../testing/docker-scene.ts';
import type { DockerScene } from '../testing/docker-scene.ts';
import { readFileSync } from 'node:fs';

const fixtures = fixtureImages();
let scene: DockerScene;
beforeEach(async (context) => {
  const why = await whyNoDocker();
  if (why !== undefined) return context.skip(why);
  scene = await setDockerScene(fixtures.image());
  return () => scene.close();
}, 180_000);
afterAll(() => fixtures.remove());

const NODES = ['load', 'pg-a', 'pg-b'];
const names = async (runId: string) => (await scene.bus.log.read(`evt.deployment.${runId}`)).map(({ name }) => name);
const ready = (runId: string) => scene.event(`evt.deployment.${runId}`, 'DeploymentReady', 'DeploymentFailed');
const destroyed = (runId: string) => scene.event(`evt.deployment.${runId}`, 'DeploymentDestroyed');
const container = (name: string) => scene.engine.docker.getContainer(`benchbus-${scene.installation}-${name}`);

describe('a deployment on docker', { timeout: 300_000 }, () => {
  it('is a pod per node on one network, within its limits; then destroyed without leftovers', async () => {
    const service = await scene.provisioner();
    const { targets, versions } = await scene.hostAnnounced();
    expect(targets.map(({ name }) => name)).toEqual(['local', 'docker']);
    expect(versions['docker']?.[0]).toMatch(/^\d+\./);
    await scene.requestPods('r1');
    expect((await ready('r1')).name).toBe('DeploymentReady');

    const plan = (await scene.event('evt.deployment.r1', 'PlacementPlanned')).data;
    for (const { name, address, hardware } of plan.plan.nodes) {
      const pause = await container(`r1-${name}`).inspect();
      expect(Object.values(pause.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress)).toEqual([address]);
      expect(pause.HostConfig.Init).toBe(true);
      expect(pause.Config.Labels).toMatchObject({
        'benchbus.installation': scene.installation,
        'benchbus.run': 'r1',
        'benchbus.node': name,
        'benchbus.fence': `${plan.fence.incarnation}:${plan.fence.sequence}`,
      });
      const runner = await container(`r1-${name}.runner`).inspect();
      expect(runner.HostConfig).toMatchObject({ NetworkMode: 'host', RestartPolicy: { Name: 'unless-stopped' } });
      expect(runner.Mounts.map(({ Destination }) => Destination).sort()).toEqual([
        '/benchbus/cgroups',
        '/benchbus/node',
        '/var/run/docker.sock',
      ]);
      // The secret is in the container's environment, and nowhere else of what is seen of it.
      const password = databasePassword(installationKey(scene.stateDir), 'r1');
      const { Env, ...config } = runner.Config;
      expect(Env).toContain(`BENCHBUS_DB_PASSWORD=${password}`);
      expect(JSON.stringify({ ...runner, Config: config })).not.toContain(password);
      const parent = pause.HostConfig.CgroupParent ?? '';
      const limit = (file: string) => readFileSync(`/sys/fs/cgroup/${file.replace('*', parent)}`, 'utf8').trim();
      const info = (await scene.engine.docker.info()) as { CgroupVersion?: string };
      if (info.CgroupVersion === '2') {
        expect(limit('*/cpu.max')).toBe(`${hardware.cores * 100_000} 100000`);
        expect(limit('*/memory.max')).toBe(String(hardware.memoryBytes));
      } else {
        expect(limit('cpu/*/cpu.cfs_quota_us')).toBe(String(hardware.cores * 100_000));
        expect(limit('memory/*/memory.limit_in_bytes')).toBe(String(hardware.memoryBytes));
      }
    }
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
    const gone = (await scene.bus.log.read('evt.deployment.r1')).filter((event) => event.name === 'NodeDestroyed');
    expect(gone.map(({ data }) => [data.node, data.reclaimed])).toEqual(NODES.map((node) => [node, []]));
    await service.stop();
  });

  it('is destroyed with containers that runners made, anonymous volumes and all', async () => {
    await scene.provisioner();
    await scene.requestPods('r1');
    await ready('r1');
    const before = (await scene.engine.docker.listVolumes()).Volumes.map(({ Name }) => Name);
    const pod = `benchbus-${scene.installation}-r1-pg-a`;
    const { Config } = await scene.engine.docker.getContainer(pod).inspect();
    const server = await scene.engine.docker.createContainer({
      name: `${pod}.postgres`,
      Image: 'postgres:17-alpine',
      Env: ['POSTGRES_HOST_AUTH_METHOD=trust'],
      Labels: { ...Config.Labels, 'benchbus.process': 'postgres' },
      HostConfig: { NetworkMode: `container:${pod}` },
    });
    await server.start();
    const anonymous = (await scene.engine.docker.listVolumes()).Volumes.filter(({ Name }) => !before.includes(Name));
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
    const after = (await scene.engine.docker.listVolumes()).Volumes.map(({ Name }) => Name);
    const made = (await server.inspect().catch(() => undefined))?.Id;
    expect(made).toBeUndefined();
    expect(anonymous.length).toBeGreaterThan(0);
    expect(after.filter((name) => anonymous.some(({ Name }) => Name === name))).toEqual([]);
  });

  it('survives the provisioner, which goes on with it; the engine starts a killed runner again', async () => {
    const first = await scene.provisioner();
    await scene.requestPods('r1');
    await ready('r1');
    await first.stop();
    const second = await scene.provisioner();
    // As a crash does it: what the engine itself kills it does not start again.
    process.kill((await container('r1-pg-a.runner').inspect()).State.Pid, 'SIGKILL');
    const readyTwice = async () => ((await scene.bus.log.read('evt.edge.r1.pg-a')).length >= 2 ? true : undefined);
    await scene.bus.log.waitFor(['evt.edge.r1.pg-a'], readyTwice, { what: 'the restarted runner', timeoutMs: 40_000 });
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
    await second.stop();
  });

  it('that is asked for again, with another fence, is made anew', async () => {
    await scene.provisioner();
    await scene.requestPods('r1');
    await ready('r1');
    const first = (await container('r1-pg-a').inspect()).Id;
    await scene.requestPods('r1', { attempt: 2 });
    const again = async () =>
      (await scene.bus.log.read('evt.deployment.r1')).some(
        (event) => event.name === 'DeploymentReady' && event.data.attempt === 2,
      ) || undefined;
    await scene.bus.log.waitFor(['evt.deployment.r1'], again, { what: 'the second attempt', timeoutMs: 90_000 });
    expect((await container('r1-pg-a').inspect()).Id).not.toBe(first);
    expect((await scene.world()).filter((what) => what.startsWith('container')).length).toBe(6);
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
  });

  it('that a release overtakes leaves nothing', async () => {
    await scene.provisioner({ BENCHBUS_RUNNER_IMAGE: fixtures.image('--silent') });
    for (const [index, point] of ['volume', 'container'].entries()) {
      const run = `r${index}`;
      await scene.requestPods(run, { block: index + 1 });
      for (;;) if ((await scene.world()).some((what) => what.startsWith(point) && what.includes(`-${run}-`))) break;
      await scene.release(run);
      await destroyed(run);
      expect(await names(run)).not.toContain('DeploymentReady');
      expect(await scene.world()).toEqual([]);
    }
  });
});

/** A release that is served here, and how often somebody took it. */
async function served() {
  const body = Buffer.from('a tarball');
  let taken = 0;
  const server = createServer((_, response) => {
    taken += 1;
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sha256: createHash('sha256').update(body).digest('hex'),
    taken: () => taken,
    close: () => server.close(),
  };
}

it(
  'a release of stroppy is downloaded once, and given to the load node in its volume',
  { timeout: 300_000 },
  async () => {
    const release = await served();
    try {
      const folder = join(scene.stateDir, 'downloads');
      await scene.provisioner({ BENCHBUS_STROPPY_URL: release.url, BENCHBUS_DOWNLOADS_DIR: folder });
      const { test, ...rest } = threeNodes();
      const stroppy = { tool: 'stroppy', version: 'v1', workload: 'tpcb', scaleFactor: 1, environment: {} } as const;
      const paths = { binaryPath: '/opt/stroppy', workdir: '/opt/work', sha256: release.sha256 };
      const workload = { ...stroppy, ...paths, durationMs: 1000, hardware: test.workload.hardware };
      await scene.requestPods('r1', { queued: { ...rest, test: { ...test, workload } } });
      expect((await ready('r1')).name).toBe('DeploymentReady');
      const name = `/benchbus/node/downloads/stroppy/${release.sha256.slice(0, 16)}-stroppy_linux_${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
      await expect(container('r1-load.runner').infoArchive({ path: name })).resolves.toBeDefined();
      expect(release.taken()).toBe(1);
      await scene.release('r1');
      await destroyed('r1');
    } finally {
      release.close();
    }
  },
);

describe('a deployment that cannot be', { timeout: 300_000 }, () => {
  async function failure(env: Record<string, string>, queued = threeNodes()) {
    const service = await scene.provisioner(env);
    await scene.requestPods('r1', { queued });
    const failed = await scene.event('evt.deployment.r1', 'DeploymentFailed', 'DeploymentReady');
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
    await service.stop();
    return failed.name === 'DeploymentFailed' ? failed.data : undefined;
  }

  it('ends with PROGRAM_MISSING before anything is planned when the image lacks the load tool', async () => {
    const { test, ...rest } = threeNodes();
    const { hardware } = test.workload;
    const command = { tool: 'command' as const, command: ['no-such-program'], environment: {} };
    const workload = { ...command, warmupMs: 0, durationMs: 1000, hardware };
    const failed = await failure({}, { ...rest, test: { ...test, workload } });
    expect(failed?.problem).toMatchObject({ code: 'PROGRAM_MISSING', where: 'load' });
    expect(failed?.problem.hint).toContain('BENCHBUS_RUNNER_IMAGE');
    expect(await names('r1')).not.toContain('PlacementPlanned');
  });

  it('ends with IMAGE_MISSING, by name and node', async () => {
    const failed = await failure({ BENCHBUS_RUNNER_IMAGE: 'benchbus-test/nobody:1' });
    expect(failed).toMatchObject({ node: 'pg-a', problem: { code: 'IMAGE_MISSING', where: 'pg-a' } });
    expect(failed?.problem.message).toContain('benchbus-test/nobody:1');
  });

  it('ends with SUBNET_TAKEN when another network has the block, which is left alone', async () => {
    const [a, b] = scene.pool.split('.');
    const foreign = await scene.engine.docker.createNetwork({
      Name: `foreign-${scene.installation}`,
      IPAM: { Config: [{ Subnet: `${a}.${b}.5.0/24` }] },
    });
    try {
      const failed = await failure({});
      expect(failed?.problem).toMatchObject({ code: 'SUBNET_TAKEN', where: 'pg-a' });
      expect(failed?.problem.message).toContain(`${a}.${b}.5.0/24`);
      expect((await foreign.inspect()).Name).toBe(`foreign-${scene.installation}`);
      // And the next one is told to the allocator.
      expect((await scene.hostAnnounced()).occupied).toContainEqual({
        cidr: `${a}.${b}.5.0/24`,
        by: `Docker network foreign-${scene.installation}`,
      });
    } finally {
      await foreign.remove();
    }
  });

  it('ends with RUNNER_START_FAILED and the last lines, without the secret, when a runner does not stay up', async () => {
    const failed = await failure({
      BENCHBUS_RUNNER_IMAGE: fixtures.image('--fail'),
      BENCHBUS_RUNNER_RESTARTS: '2',
    });
    expect(failed?.problem).toMatchObject({
      code: 'RUNNER_START_FAILED',
      where: expect.stringMatching(/pg-|load/) as string,
    });
    expect(failed?.problem.message).toContain('fails on purpose; its password is ***');
  });

  it('ends with CONTAINER_NAME_TAKEN when somebody has the name, and leaves him alone', async () => {
    const name = `benchbus-${scene.installation}-r1-pg-b`;
    const foreign = await scene.engine.docker.createContainer({ name, Image: 'postgres:17-alpine', Cmd: ['true'] });
    try {
      const failed = await failure({});
      expect(failed).toMatchObject({ node: 'pg-b', problem: { code: 'CONTAINER_NAME_TAKEN', where: 'pg-b/pause' } });
      expect((await foreign.inspect()).Name).toBe(`/${name}`);
    } finally {
      await foreign.remove({ force: true, v: true });
    }
  });

  it('ends with CONTAINER_DIED when a pod dies before it is ready', async () => {
    const service = await scene.provisioner({ BENCHBUS_RUNNER_IMAGE: fixtures.image('--silent') });
    await scene.requestPods('r1');
    const provisioned = async () =>
      (await names('r1')).filter((name) => name === 'NodeProvisioned').length === 3 || undefined;
    await scene.bus.log.waitFor(['evt.deployment.r1'], provisioned, { what: 'three pods', timeoutMs: 60_000 });
    await container('r1-pg-b').kill({ signal: 'SIGKILL' });
    const failed = await scene.event('evt.deployment.r1', 'DeploymentFailed');
    expect(failed.data).toMatchObject({ problem: { code: 'CONTAINER_DIED', where: 'pg-b/pause' } });
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
    await service.stop();
  });
});
