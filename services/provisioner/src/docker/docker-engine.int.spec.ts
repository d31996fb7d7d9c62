import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineAddress } from '@benchbus/docker';
import { makeCertificates, startEngineFront } from '@benchbus/docker/testing';
import type { EngineFront } from '@benchbus/docker/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fixtureImages, setDockerScene, whyNoDocker } from '../testing/docker-scene.ts';
import type { DockerScene } from '../testing/docker-scene.ts';

const fixtures = fixtureImages();
const real = engineAddress(process.env);
let scene: DockerScene;
let front: EngineFront;
/** Short: a socket's path has at most 107 bytes. */
let folder = '';
beforeEach(async (context) => {
  const why = await whyNoDocker();
  if (why !== undefined) return context.skip(why);
  folder = mkdtempSync(join(tmpdir(), 'bbf-'));
  front = await startEngineFront(real, join(folder, 'docker.sock'));
  scene = await setDockerScene(fixtures.image());
  return async () => {
    await scene.close();
    await front.close();
    rmSync(folder, { recursive: true, force: true });
  };
}, 180_000);
afterAll(() => fixtures.remove());

/** The provisioner's way to the engine is the front; runners have the engine's own socket. */
const throughFront = () => ({
  DOCKER_HOST: front.host,
  BENCHBUS_DOCKER_SOCKET: real.options.socketPath ?? '/var/run/docker.sock',
});
const outcome = (runId: string, attempt = 1) =>
  scene.bus.log.waitFor(
    [`evt.deployment.${runId}`],
    async () =>
      (await scene.bus.log.read(`evt.deployment.${runId}`)).find(
        (event) =>
          (event.name === 'DeploymentReady' || event.name === 'DeploymentFailed') && event.data.attempt === attempt,
      ),
    { what: `the end of attempt ${attempt}`, timeoutMs: 120_000 },
  );
const destroyed = (runId: string) => scene.event(`evt.deployment.${runId}`, 'DeploymentDestroyed');
const containers = async () => (await scene.world()).filter((what) => what.startsWith('container')).length;
const UNREACHABLE = { data: { problem: { code: 'DOCKER_UNREACHABLE', where: 'DOCKER_HOST' } } };

describe('an engine that goes away', { timeout: 300_000 }, () => {
  it.each([
    ['makes a network', /^POST \S*\/networks\/create/, 'removes a container', /^DELETE \S*\/containers\//],
    ['makes a container', /^POST \S*\/containers\/create\S*runner/, 'removes a volume', /^DELETE \S*\/volumes\//],
    ['starts a container', /^POST \S*\/containers\/\S+\/start/, 'removes a network', /^DELETE \S*\/networks\//],
  ])(
    'while it %s ends the attempt with a code, and the next one is whole; while it is destroyed is waited for',
    async (_, making, __, removing) => {
      const service = await scene.provisioner(throughFront());
      const unmade = front.loseAnswer(making);
      await scene.requestPods('r1');
      await unmade;
      expect(await outcome('r1')).toMatchObject(UNREACHABLE);
      await front.comeBack();
      await scene.requestPods('r1', { attempt: 2 });
      expect(await outcome('r1', 2)).toMatchObject({ name: 'DeploymentReady' });
      // Complete, and nothing of the first attempt beside it.
      expect(await containers()).toBe(6);

      const unremoved = front.loseAnswer(removing);
      await scene.release('r1');
      await unremoved;
      await service.line((line) => (/DOCKER_UNREACHABLE.*could not be destroyed/.test(line) ? true : undefined), 'it');
      expect((await scene.bus.log.read('evt.deployment.r1')).at(-1)?.name).not.toBe('DeploymentDestroyed');
      await front.comeBack();
      await destroyed('r1');
      expect(await scene.world()).toEqual([]);
    },
  );

  it('stands still, and does late what was given up, leaves nothing', async () => {
    await scene.provisioner({
      ...throughFront(),
      BENCHBUS_DOCKER_TIMEOUT_MS: '2000',
      BENCHBUS_JANITOR_INTERVAL_MS: '500',
      BENCHBUS_RUNNER_IMAGE: fixtures.image('--silent'),
    });
    const frozen = front.freezeAt(/^POST \S*\/containers\/create/);
    await scene.requestPods('r1');
    await frozen;
    expect(await outcome('r1')).toMatchObject(UNREACHABLE);
    await scene.release('r1');
    front.thaw();
    await destroyed('r1');
    await expect.poll(() => scene.world(), { timeout: 60_000 }).toEqual([]);
  });
});

describe('an engine behind TLS that was not there when the provisioner started', { timeout: 120_000 }, () => {
  it('is served when it comes, by the certificates in DOCKER_CERT_PATH', async () => {
    makeCertificates(folder);
    copyFileSync(join(folder, 'client.pem'), join(folder, 'cert.pem'));
    copyFileSync(join(folder, 'client-key.pem'), join(folder, 'key.pem'));
    const read = (name: string) => readFileSync(join(folder, name));
    const tls = { ca: read('ca.pem'), cert: read('server.pem'), key: read('server-key.pem'), requestCert: true };
    const behind = await startEngineFront(real, { tls });
    try {
      await behind.goAway();
      const env = { ...throughFront(), DOCKER_HOST: behind.host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
      const service = await scene.provisioner({ ...env, BENCHBUS_DOCKER_LOOK_MS: '200' });
      expect(service.lines.join('\n')).toContain('DOCKER_UNREACHABLE');
      const host = `evt.host.${readFileSync(join(scene.stateDir, 'host-id'), 'utf8').trim()}`;
      const targets = async () => {
        const last = (await scene.bus.log.read(host)).findLast(({ name }) => name === 'HostAnnounced');
        return last?.name === 'HostAnnounced' ? last.data.targets.map(({ name }) => name) : [];
      };
      expect(await targets()).toEqual(['local']);
      await behind.comeBack();
      const both = async () => ((await targets()).includes('docker') ? true : undefined);
      await scene.bus.log.waitFor([host], both, { what: 'target docker', timeoutMs: 20_000 });
      await scene.requestPods('r1');
      expect(await outcome('r1')).toMatchObject({ name: 'DeploymentReady' });
      await scene.release('r1');
      await destroyed('r1');
      expect(await scene.world()).toEqual([]);
      await service.stop();
    } finally {
      await behind.close();
    }
  });
});

describe('a node that meets its memory limit', { timeout: 120_000 }, () => {
  it('is named with the container that was killed, and released', async () => {
    await scene.provisioner({ BENCHBUS_RUNNER_IMAGE: fixtures.image('--silent') });
    await scene.requestPods('r1');
    const provisioned = async () =>
      (await scene.bus.log.read('evt.deployment.r1')).filter(({ name }) => name === 'NodeProvisioned').length === 3 ||
      undefined;
    await scene.bus.log.waitFor(['evt.deployment.r1'], provisioned, { what: 'three pods', timeoutMs: 60_000 });
    const pod = `benchbus-${scene.installation}-r1-pg-a`;
    const { Config, HostConfig } = await scene.engine.docker.getContainer(pod).inspect();
    // As its runner makes the node's processes.
    const greedy = await scene.engine.docker.createContainer({
      name: `${pod}.postgres`,
      Image: 'postgres:17-alpine',
      Entrypoint: ['sh', '-c', 'echo begins to eat; exec tail /dev/zero'],
      Labels: { ...Config.Labels, 'benchbus.process': 'postgres' },
      HostConfig: { NetworkMode: `container:${pod}`, CgroupParent: HostConfig.CgroupParent ?? '', Init: true },
    });
    await greedy.start();
    const failed = await outcome('r1');
    expect(failed).toMatchObject({
      name: 'DeploymentFailed',
      data: { node: 'pg-a', problem: { code: 'CONTAINER_OOM_KILLED', where: 'pg-a/postgres' } },
    });
    expect(JSON.stringify(failed)).toContain('begins to eat');
    await scene.release('r1');
    await destroyed('r1');
    expect(await scene.world()).toEqual([]);
  });
});
