import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { CLOUD_TOKEN, findTerraform, startTestCloud, type TestCloud } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventOf } from '../testing/history.ts';
import { Installation } from '../testing/installation.ts';
import { play } from '../testing/play.ts';
import { topologySuites } from '../testing/topology-suites.ts';
import { engineLacks, engineWorld, newIn } from '../topologies-docker/engine-world.ts';
import { startReleaseServer, type ReleaseServer } from './release-server.ts';

const RUNNER_IMAGE = process.env['BENCHBUS_RUNNER_IMAGE'] ?? 'benchbus/runner:dev';
const lacks =
  findTerraform() === undefined
    ? 'neither terraform nor tofu is here'
    : await engineLacks([RUNNER_IMAGE, 'postgres:17-alpine']);

const NUMBERS = /^\d+$/;
/** Everybody on this machine reads these. */
const commandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => NUMBERS.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return []; // it has ended
      }
    });

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));

describe.skipIf(lacks !== undefined)(
  `suites on machines of a cloud${lacks === undefined ? '' : ` (${lacks})`}`,
  { timeout: 480_000 },
  () => {
    let cloud: TestCloud;
    let releases: ReleaseServer;
    let installation: Installation;
    beforeAll(async () => {
      [cloud, releases] = await Promise.all([startTestCloud(), startReleaseServer()]);
      const socket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace('unix://', '');
      cloud.rules({ docker: socket });
      installation = await Installation.start({
        ...cloud.env,
        BENCHBUS_TARGETS: 'yandex',
        BENCHBUS_YANDEX_NETWORK_ID: 'enp0network',
        BENCHBUS_YANDEX_IMAGE_ID: 'fd80image',
        // Machines of the double have this machine's addresses.
        BENCHBUS_YANDEX_CIDR: '127.92.0.0/16',
        BENCHBUS_TERRAFORM: cloud.terraform,
        BENCHBUS_TERRAFORM_MIRROR: cloud.mirror,
        BENCHBUS_EDGE_RUNNER_URL: releases.url,
        BENCHBUS_EDGE_RUNNER_SHA256: releases.sha256,
        BENCHBUS_RUNNER_IMAGE: RUNNER_IMAGE,
      });
    }, 300_000);
    afterAll(async () => {
      try {
        expect(await (installation as Installation | undefined)?.stop()).toEqual([]);
      } finally {
        (cloud as TestCloud | undefined)?.close();
        (releases as ReleaseServer | undefined)?.close();
      }
    });

    it('a database on one, measured from the other: a result, every resource comes and goes; no secret in log, states, command lines', async () => {
      const before = await engineWorld();
      const lines = new Set<string>();
      const looking = setInterval(() => commandLines().forEach((line) => lines.add(line)), 100);
      onTestFinished(() => clearInterval(looking));
      const states: string[] = [];
      let codes: string[] = [];
      const suite = topologySuites('yandex').plain();
      const { history, proven } = await play(installation, suite, async (runId) => {
        const { bus } = installation;
        const ready = eventOf(bus, subjects.deployment(runId), 'DeploymentReady');
        await Promise.race([ready, eventOf(bus, subjects.run(runId), 'RunReleased')]);
        states.push(...filesBelow(join(installation.stateDir, 'terraform')));
        const machines = cloud.items().filter(({ kind }) => kind === 'yandex_compute_instance');
        expect(machines.map(({ labels }) => labels['benchbus-node']).sort()).toEqual(['load', 'pg']);
        codes = machines.map(({ id }) => {
          const text = readFileSync(join(cloud.machineRoot(id), '../user-data'), 'utf8');
          return /enrolment-code",\s*"content": "([^"\\]+)/.exec(text)?.[1] ?? '';
        });
      });
      expect(proven['pg']).toMatchObject({ role: 'primary', 'setting.work_mem': '5MB' });
      const [finished] = history.filter((event) => event.name === 'WorkloadFinished');
      expect(finished?.data.summary.tps).toBeGreaterThan(0);

      const told = history.flatMap(({ name, data }) =>
        name === 'NodeProvisioned' || name === 'NodeDestroyed' ? [`${name} ${data.node}`] : [],
      );
      expect(told.slice(0, 2).sort()).toEqual(['NodeProvisioned load', 'NodeProvisioned pg']);
      expect(told.slice(2).sort()).toEqual(['NodeDestroyed load', 'NodeDestroyed pg']);
      expect(cloud.items()).toEqual([]);
      const count = (what: string) => cloud.calls().filter((line) => line.startsWith(`${what} `)).length;
      expect([count('create'), count('delete')]).toEqual([4, 4]);
      expect(newIn(before, await engineWorld(), installation.installation)).toEqual([]);

      expect(codes.map((code) => code.length > 20)).toEqual([true, true]);
      // What was looked through: terraform at work, the machines' runners, and states with the machines in them.
      const seen = [...lines];
      expect(seen.some((line) => line.includes('apply\0-json'))).toBe(true);
      expect(seen.some((line) => line.includes('/opt/benchbus/edge-runner'))).toBe(true);
      expect(states.some((text) => text.includes('yandex_compute_instance'))).toBe(true);
      const texts = [JSON.stringify(history), ...seen, ...filesBelow(join(installation.stateDir, 'logs'))];
      for (const secret of [CLOUD_TOKEN, ...codes]) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
      // User-data is in the states, and so the codes, which are used by then.
      expect(states.filter((text) => text.includes(CLOUD_TOKEN))).toEqual([]);
    });
  },
);
