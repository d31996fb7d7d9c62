import { randomBytes, randomInt } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine, engineAddress, labelFilter } from '@benchbus/docker';
import type { EventData } from '@benchbus/events';
import { exampleRunSettings, exampleTest } from '@benchbus/suites/testing';
import { Cgroups } from '../docker/cgroups.ts';
import { setScene } from './scene.ts';
import type { RequestOptions, Scene } from './scene.ts';

const FIXTURE = fileURLToPath(new URL('docker-fixture-runner.ts', import.meta.url));
export const RUNNER_IMAGE = 'benchbus/runner:dev';
export const DATABASE_IMAGE = 'postgres:17-alpine';

/** The engine of DOCKER_HOST, else of the machine. */
export const testEngine = (): Engine => new Engine(engineAddress(process.env), 60_000);

/** Why tests with a real engine cannot run here; undefined when they can. Under CI=true a skip for it is a failure. */
export async function whyNoDocker(): Promise<string | undefined> {
  const engine = testEngine();
  if (!(await engine.answers())) return `no Docker engine answers at ${engine.host}: start one, or set DOCKER_HOST`;
  for (const image of [RUNNER_IMAGE, DATABASE_IMAGE])
    if ((await engine.askIfThere({ doing: 'look' }, () => engine.docker.getImage(image).inspect())) === undefined)
      return `image ${image} is not there: node tools/offline-images/main.mjs up, or docker build (images/)`;
  return undefined;
}

export type Mode = '' | '--fail' | '--silent';

/** Images of the fixture runner, made for one test file and removed by `remove`. */
export function fixtureImages(): { readonly image: (mode?: Mode) => string; readonly remove: () => void } {
  const tag = randomBytes(4).toString('hex');
  const made = new Set<string>();
  const image = (mode: Mode = ''): string => {
    const name = `benchbus-test/fixture:${tag}${mode}`;
    if (made.has(name)) return name;
    const folder = mkdtempSync(join(tmpdir(), 'bb-fixture-'));
    copyFileSync(FIXTURE, join(folder, 'fixture.ts'));
    const path = '/benchbus/app/services/edge-runner/src/fixture.ts';
    const command = JSON.stringify(['node', path, ...(mode === '' ? [] : [mode])]);
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${RUNNER_IMAGE}\nCOPY fixture.ts ${path}\nCMD ${command}\n`);
    const env = { ...process.env, DOCKER_BUILDKIT: '0' };
    execFileSync('docker', ['build', '-q', '-t', name, folder], { env, stdio: ['ignore', 'ignore', 'ignore'] });
    rmSync(folder, { recursive: true, force: true });
    made.add(name);
    return name;
  };
  const remove = () => {
    if (made.size > 0) execFileSync('docker', ['rmi', '-f', ...made], { stdio: 'ignore' });
  };
  return { image, remove };
}

/** A run of a primary, a replica and the load node: three pods. */
export const threeNodes = (more: { readonly cores?: number } = {}): EventData<'RunQueued'> => {
  const hardware = { cores: more.cores ?? 0.5, memoryBytes: 2 ** 28, diskBytes: 2 ** 30 };
  return {
    suiteId: 's1',
    index: 0,
    repeat: 1,
    test: exampleTest({
      postgres: { version: '17' },
      hardware,
      nodes: [
        { name: 'pg-a', hardware, postgres: { role: 'primary', settings: {} } },
        { name: 'pg-b', hardware, postgres: { role: 'replica', settings: {} } },
      ],
    }),
    settings: exampleRunSettings({ target: 'docker' }),
  };
};

export interface DockerScene extends Scene {
  readonly engine: Engine;
  /** A /16 of this scene alone, as far as chance goes. */
  readonly pool: string;
  requestPods(runId: string, options?: RequestOptions): Promise<void>;
  /** Everything of the installation that the engine and the kernel have, by its labels and names. */
  world(): Promise<string[]>;
}

export async function setDockerScene(runnerImage: string, engine: Engine = testEngine()): Promise<DockerScene> {
  const scene = await setScene();
  const pool = `10.${randomInt(64, 250)}.0.0/16`;
  const dockerEnv = {
    DOCKER_HOST: engine.host,
    BENCHBUS_RUNNER_IMAGE: runnerImage,
    BENCHBUS_DOCKER_CIDR: pool,
    BENCHBUS_PULL_POLICY: 'never',
  };
  const filters = labelFilter(scene.installation);
  const containers = () => engine.docker.listContainers({ all: true, filters });
  const networks = () => engine.docker.listNetworks({ filters });
  const volumes = async () => (await engine.docker.listVolumes({ filters })).Volumes ?? [];
  const env: Scene['env'] = (extra) => scene.env({ ...dockerEnv, ...extra });
  return {
    ...scene,
    engine,
    pool,
    env,
    provisioner: (extra) => scene.provisioner({ ...dockerEnv, ...extra }),
    standby: (extra) => scene.standby({ ...dockerEnv, ...extra }),
    crashAt: (point, extra) => scene.crashAt(point, { ...dockerEnv, ...extra }),
    requestPods: (runId, options) =>
      scene.request(runId, { target: 'docker', queued: threeNodes(), deadlineMs: 120_000, ...options }),
    world: async () =>
      [
        ...(await containers()).map(({ Names }) => `container ${Names[0]}`),
        ...(await networks()).map(({ Name }) => `network ${Name}`),
        ...(await volumes()).map(({ Name }) => `volume ${Name}`),
        ...cgroupsOf(scene.installation),
      ].sort(), // engines list volumes in any order
    close: async () => {
      await scene.close();
      for (const { Id } of await containers())
        await engine.docker.getContainer(Id).remove({ force: true, v: true }).catch(ignore);
      // What a test that failed left; the engine leaves a pod's parent cgroup on version 1.
      removeCgroups(scene.installation);
      for (const { Name } of await volumes()) await engine.docker.getVolume(Name).remove().catch(ignore);
      for (const { Id } of await networks()) await engine.docker.getNetwork(Id).remove().catch(ignore);
    },
  };
}

const ignore = () => undefined;

function removeCgroups(installation: string): void {
  const cgroups = new Cgroups({ version: 1, driver: 'cgroupfs' }, installation);
  for (const of of cgroups.list()) {
    cgroups.remove(of);
    cgroups.removeRun(of.runId);
  }
}

/** Of any controller, on version 1; of the one tree, on version 2. */
export function cgroupsOf(installation: string): string[] {
  const root = '/sys/fs/cgroup';
  const places = [root, ...readdirSync(root).map((name) => join(root, name))].map((base) =>
    join(base, 'benchbus', installation),
  );
  return places.filter(existsSync).map((path) => `cgroup ${path}`);
}
