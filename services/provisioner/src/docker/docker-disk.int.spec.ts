import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTinyImage, startPrivateEngine, startTestRegistry } from '@benchbus/docker/testing';
import type { PrivateEngine, TestRegistry } from '@benchbus/docker/testing';
import type { Progress } from '@benchbus/events';
import { findProgram } from '@benchbus/service/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATABASE_IMAGE, setDockerScene, testEngine } from '../testing/docker-scene.ts';
import type { DockerScene } from '../testing/docker-scene.ts';

const lacks =
  process.getuid?.() !== 0
    ? 'only root can start an engine'
    : findProgram(['dockerd', 'docker-registry']) === undefined || !(await testEngine().answers())
      ? 'no Docker engine answers, or no docker-registry'
      : false;
const MB = 2 ** 20;

/** An engine whose whole disk has 48 MB, and a registry that asks for a login. */
describe.skipIf(lacks)(`a deployment on a small disk${lacks ? ` (${lacks})` : ''}`, { timeout: 120_000 }, () => {
  const tag = randomBytes(4).toString('hex');
  let registry: TestRegistry;
  let small: PrivateEngine;
  let image = '';
  let large = '';
  let scene: DockerScene;
  let configDir = '';
  beforeAll(async () => {
    [registry, small] = await Promise.all([startTestRegistry(), startPrivateEngine({ diskBytes: 48 * MB })]);
    const push = (name: string, bytes: number): string => {
      makeTinyImage(`benchbus-test/${name}:${tag}`, bytes);
      return registry.push(`benchbus-test/${name}:${tag}`, `benchbus-test/${name}:${tag}`);
    };
    image = push('small', 8 * MB);
    large = push('large', 60 * MB);
    // Named by the plan, run by nobody here.
    makeTinyImage(DATABASE_IMAGE, 0, { ...process.env, DOCKER_HOST: small.engine.host });
  }, 120_000);
  afterAll(async () => {
    await small.stop();
    await registry.close();
  });
  beforeEach(async () => {
    scene = await setDockerScene(image, small.engine);
    configDir = join(scene.root, 'docker-config');
    mkdirSync(configDir);
    login(registry.password);
  });
  afterEach(() => scene.close());

  function login(password: string): void {
    const auths = { [registry.host]: { username: registry.username, password } };
    writeFileSync(join(configDir, 'config.json'), JSON.stringify({ auths }));
  }
  const provisioner = (env: Record<string, string> = {}) =>
    scene.provisioner({ DOCKER_CONFIG: configDir, BENCHBUS_PULL_POLICY: 'missing', ...env });
  const failed = () => scene.event('evt.deployment.r1', 'DeploymentFailed');
  async function releaseAll(): Promise<void> {
    await scene.release('r1');
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scene.world()).toEqual([]);
  }

  it('pulls what is missing, with the login, and says how far it is', async () => {
    const told: Progress[] = [];
    await small.engine.docker
      .getImage(image)
      .remove({ force: true })
      .catch(() => undefined);
    const watching = await scene.bus.telemetry.watchProgress('r1', (progress) => told.push(progress));
    await provisioner();
    await scene.requestPods('r1');
    const provisioned = async () =>
      (await scene.bus.log.read('evt.deployment.r1')).filter(({ name }) => name === 'NodeProvisioned').length === 3 ||
      undefined;
    await scene.bus.log.waitFor(['evt.deployment.r1'], provisioned, { what: 'three pods', timeoutMs: 60_000 });
    await expect.poll(() => told.at(-1)?.done, { timeout: 10_000 }).toBe(1);
    expect(told.every(({ node, activity }) => node === 'pg-a' && activity === `pulling ${image}`)).toBe(true);
    expect(told.some(({ done = 0 }) => done > 0 && done < 1)).toBe(true);
    await watching.stop();
    await releaseAll();
  });

  it('without the right login fails with node and image, and holds no word of the wrong one', async () => {
    login('not-the-password');
    await provisioner({ BENCHBUS_PULL_POLICY: 'always' });
    await scene.requestPods('r1');
    const { data } = await failed();
    expect(data).toMatchObject({ node: 'pg-a', problem: { code: 'IMAGE_PULL_DENIED', where: 'pg-a' } });
    expect(data.problem.message).toContain(image);
    const log = await Promise.all(['run', 'deployment'].map((kind) => scene.bus.log.read(`evt.${kind}.r1`)));
    expect(JSON.stringify(log)).not.toContain('not-the-password');
    await releaseAll();
  });

  it('fails with DISK_FULL when an image does not fit', async () => {
    await provisioner({ BENCHBUS_RUNNER_IMAGE: large });
    await scene.requestPods('r1');
    const { data } = await failed();
    expect(data, data.problem.message).toMatchObject({ node: 'pg-a', problem: { code: 'DISK_FULL', where: 'pg-a' } });
    await releaseAll();
  });

  it('fails with DISK_FULL when the disk fills up while pods are made; what was made is released', async () => {
    const service = await provisioner({ BENCHBUS_CRASH_AT: 'after.pause-start' });
    await scene.requestPods('r1');
    await service.exited;
    const filler = join(small.dataRoot, 'filler');
    const { bavail, bsize } = statfsSync(small.dataRoot);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    try {
      await provisioner();
      const { data } = await failed();
      expect(data).toMatchObject({ node: 'pg-a', problem: { code: 'DISK_FULL' } });
      expect(data.problem.where).toMatch(/^pg-a/);
      await scene.release('r1');
    } finally {
      rmSync(filler);
    }
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scene.world()).toEqual([]);
  });
});
