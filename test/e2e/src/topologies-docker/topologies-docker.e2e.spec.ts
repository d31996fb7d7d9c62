import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAccounts } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playFailover } from '../testing/failover.ts';
import { Installation } from '../testing/installation.ts';
import { play } from '../testing/play.ts';
import { repeatedSuite } from '../testing/repeated-suite.ts';
import { topologySuites } from '../testing/topology-suites.ts';
import { engineLacks, engineWorld, newIn } from './engine-world.ts';

const suites = topologySuites('docker');

const TIMEOUT_MS = 480_000;
const RUNNER_IMAGE = process.env['BENCHBUS_RUNNER_IMAGE'] ?? 'benchbus/runner:dev';
const lacks = await engineLacks([RUNNER_IMAGE, 'postgres:17-alpine', 'benchbus/patroni:17']);

describe.skipIf(lacks !== undefined)(
  `topologies in containers${lacks === undefined ? '' : ` (${lacks})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    let installation: Installation;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'benchbus-key-'));
      const key = join(folder, 'signing-key.json');
      writeFileSync(key, JSON.stringify((await makeAccounts('e2e')).authorities.runners), { mode: 0o600 });
      installation = await Installation.start({
        BENCHBUS_RUNNER_IMAGE: RUNNER_IMAGE,
        BENCHBUS_TARGETS: 'local,docker',
        // Another installation beside it on this engine may take the same block at the same moment, and a run begins anew.
        BENCHBUS_DOCKER_CIDR: '10.12.0.0/16',
        // Runners enrol, as they do where the server knows accounts.
        BENCHBUS_NATS_SIGNING_KEY_FILE: key,
      });
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true });
      expect(await installation.stop()).toEqual([]);
    });

    /** Plays it, and looks that the engine has nothing that it did not have before. */
    const played = async (suite: { readonly name: string }, onAsked?: (runId: string) => Promise<void>) => {
      const before = await engineWorld();
      const result = await play(installation, suite, onAsked);
      expect(newIn(before, await engineWorld(), installation.installation)).toEqual([]);
      return result;
    };
    const image = (name: string) =>
      expect.stringMatching(new RegExp(`^${name}(:\\S+)?@sha256:[0-9a-f]{64}$`)) as string;

    it('a primary with two replicas that stream, under sysbench', async () => {
      const { proven, history } = await played(suites.replicas({ tool: 'sysbench', tableSize: 1000, threads: 2 }));
      const finished = history.find((event) => event.name === 'WorkloadFinished');
      expect(finished?.data.summary).toMatchObject({ tool: 'sysbench', percentileSource: "the tool's histogram" });
      expect(proven['pg-1']).toMatchObject({
        role: 'primary',
        'replica.pg-2.state': 'streaming',
        'replica.pg-3.state': 'streaming',
        'setting.work_mem': '5MB',
      });
      for (const replica of ['pg-2', 'pg-3']) expect(proven[replica]).toMatchObject({ role: 'replica' });
      // Each runner once, by the code that lay in its container; none that was refused.
      const said = readFileSync(join(installation.stateDir, 'logs/provisioner.log'), 'utf8');
      const ready = history.filter(({ name }) => name === 'EdgeRunnerReady');
      const runId = ready[0]?.subject.split('.')[2] ?? '';
      const enrolled = said
        .split('\n')
        .filter((line) => line.includes('"msg":"enrolled"') && line.includes(`"${runId}"`));
      expect(enrolled).toHaveLength(ready.length);
      expect(said).not.toContain('enrolment refused');
    });

    it('a Patroni cluster on etcd behind PgBouncer, watched by exporters; its leader is killed under load', async () => {
      const suite = suites.failover({ poolMode: 'transaction', monitor: true });
      const { proven } = await playFailover(installation, suite, (_, ...asked) => played(...asked));
      for (const member of ['pg-1', 'pg-2', 'pg-3'])
        expect(proven[member]).toMatchObject({
          'patroni.leader': 'pg-1',
          'patroni.standbys': 'pg-2:streaming,pg-3:streaming',
          'setting.work_mem': '5MB',
          'postgres-exporter.serving': true,
          'image.patroni': image('benchbus/patroni'),
        });
      for (const member of ['etcd-1', 'etcd-2', 'etcd-3'])
        expect(proven[member]).toMatchObject({ 'etcd.quorum': true, 'etcd.healthy': 3, 'node-exporter.serving': true });
      expect(proven['pool']).toMatchObject({
        'pgbouncer.poolMode': 'transaction',
        'pgbouncer.leadsTo': 'pg-1',
        'pgbouncer-exporter.serving': true,
      });
    });

    it('repeats from kept data: the second starts from the copy, of which nothing stays', async () => {
      const suite = { ...repeatedSuite, target: 'docker', tests: repeatedSuite.tests.slice(0, 1) };
      const { history } = await played(suite);
      const from = history.flatMap((event) =>
        event.name === 'DatabaseReady' ? [[event.subject.replace(/.*-/, ''), event.data.proven['data.from']]] : [],
      );
      expect(from).toEqual([
        ['1.pg', 'made'],
        ['2.pg', 'kept copy'],
      ]);
      const loaded = history.filter((event) => event.name === 'ArtifactStored' && event.data.name === 'init.txt');
      expect(loaded).toHaveLength(1);
      expect(history.filter((event) => event.name === 'WorkloadFinished')).toHaveLength(2);
    });

    it('a Patroni cluster whose etcd is on the servers themselves', async () => {
      const { proven } = await played(suites.colocated());
      for (const member of ['pg-1', 'pg-2', 'pg-3'])
        expect(proven[member]).toMatchObject({ 'etcd.quorum': true, 'etcd.healthy': 3, 'patroni.leader': 'pg-1' });
    });
  },
);
