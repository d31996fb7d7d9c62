import { randomBytes } from 'node:crypto';
import { keptFilter, podEnvironment } from '@benchbus/docker';
import { nodeKeep } from '@benchbus/events';
import type { Plan } from '@benchbus/suites';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries, psql } from '../runtime/postgres/index.ts';
import { runContainer } from '../runtime/host/docker/run-container.ts';
import { RUNNER_IMAGE, testEngine } from '../testing/docker-engine.ts';
import { dockerPlan, dockerRun, type DockerRun } from '../testing/docker-run.ts';
import { PASSWORD } from '../testing/scratch.ts';
import { ready, startWorld, type World } from '../testing/world.ts';
import { setUpNode } from '../topology/set-up-node.ts';
import { DockerCopies } from './docker-copies.ts';
import { keptOf, NodeCopy } from './node-copy.ts';

const { engine, lacks } = await testEngine();
const never = new AbortController().signal;
const installation = `test-${randomBytes(4).toString('hex')}`;

/** A test whose second repeat starts from what the first has loaded, on target `docker`. */
const repeated = () => dockerPlan({ repeat: { times: 2, reset: 'data' } });

describe.skipIf(lacks !== undefined)(`copies as volumes${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  let world: World;
  let bin: string;
  const runs: DockerRun[] = [];
  beforeAll(async () => {
    world = await startWorld();
    bin = await findBinaries({ version: 'installed', programs: ['psql'] });
  });
  const all = async () => (await engine.docker.listVolumes({ filters: keptFilter(installation) })).Volumes ?? [];
  const volumes = async () => (await all()).filter(({ Labels }) => Labels['benchbus.suite'] === 'suite');
  afterAll(async () => {
    await world.stopRunners();
    for (const run of runs.reverse()) await run.dispose();
    for (const { Name } of await all()) await engine.docker.getVolume(Name).remove();
    await world.stop();
  });

  async function runOf(plan: Plan & { readonly cidr: string }, runId: string, password: string, suite = 'suite') {
    const { incarnation } = world.bus.log;
    const run = await dockerRun(engine, plan, { installation, runId, incarnation });
    runs.push(run);
    const [node] = plan.nodes;
    const [planned] = node?.processes ?? [];
    const wanted = keptOf(plan);
    if (node === undefined || planned === undefined || wanted === undefined || 'url' in plan.connection)
      throw new Error('a plan of one server, whose data are kept');
    const pod = run.podOf('pg');
    const copies = new DockerCopies(pod, { installation, suite, run: runId, incarnation });
    const { kept, workload } = wanted;
    const copy = new NodeCopy({
      ...{ plan, copies, workload, key: kept.key, superuserPassword: password, timeoutMs: 60_000 },
    });
    const { connection } = plan;
    const ask = (sql: string, as = password) => psql({ bin, connection, password: as }, sql, never);
    const context = { ...run.context(node), credential: () => password, copy };
    /** A runner as the provisioner starts one, and what becomes of it. */
    const launch = (crashAt?: string) =>
      world.launch(runId, 'pg', run.nodeDir('pg'), {
        ...podEnvironment(pod),
        BENCHBUS_INSTALLATION: installation,
        BENCHBUS_TARGET: 'docker',
        BENCHBUS_PULL_POLICY: 'never',
        DOCKER_HOST: engine.host,
        ...(crashAt === undefined ? {} : { BENCHBUS_CRASH_AT: crashAt }),
      });
    return { run, pod, copies, copy, ask, context, launch, hosted: await context.host.process(planned) };
  }

  it(
    'are whole or none wherever the runner dies, and what the next run starts from, with its own password',
    { timeout: 120_000 },
    async () => {
      const plan = repeated();
      const one = await runOf(plan, 'one', PASSWORD);
      const { cidr: _, ...placed } = plan;
      await world.plan('one', placed);
      await world.stage('one', 'database');
      const first = one.launch('after.data-copy');
      await ready(first);
      await world.trigger('database', 'one', 'pg');
      const begun = await world.event('one', 'pg', 'DatabaseReady', 'DatabaseFailed');
      expect(begun.data).toMatchObject({ proven: { 'data.from': 'made' } });
      const name = await one.copy.name(one.hosted);
      expect(begun.data).toMatchObject({ proven: { 'data.copy': name } });
      await one.ask('CREATE TABLE loaded AS SELECT generate_series(1, 1000) AS i');
      await world.stage('one', 'workload');
      const keep = () => world.bus.questions.ask(nodeKeep('one', 'pg'), { attempt: 1 }, { timeoutMs: 60_000 });

      // All is copied, and nothing says so.
      keep().catch(() => undefined);
      expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
      expect(await volumes()).toHaveLength(1);
      expect(await one.copies.has(name, one.hosted)).toBe(false);

      // It is made anew in the same volume, and whole before the answer.
      await ready(one.launch());
      expect(await keep()).toEqual({ name, made: true });
      expect(await keep()).toEqual({ name, made: false });
      expect(await world.names('one', 'pg')).not.toContain('ProcessDied');
      // The server goes on, and what it writes now is not in the copy.
      await one.ask('DELETE FROM loaded');
      const [volume] = await volumes();
      expect(volume?.Labels).toEqual({
        'benchbus.installation': installation,
        'benchbus.suite': 'suite',
        'benchbus.kept': name,
        'benchbus.log': world.bus.log.incarnation,
      });
      await world.stopRunners();

      const two = await runOf(repeated(), 'two', 'another-1');
      expect((await setUpNode(two.context, never)).proven).toMatchObject({
        ...{ 'data.from': 'kept copy', 'data.copy': name, answersQuery: true },
      });
      expect(await two.ask('SELECT count(*) FROM loaded')).toBe('1000');
      await expect(two.ask('SELECT 1', PASSWORD)).rejects.toThrow(/password authentication failed/);
      expect(await volumes()).toHaveLength(1);
    },
  );

  it(
    'of which a killed runner still makes one, or whose marker is broken, are made anew',
    { timeout: 60_000 },
    async () => {
      const { pod, run, copies, hosted } = await runOf(repeated(), 'three', PASSWORD, 'other');
      const options = { timeoutMs: 30_000, signal: never };
      const [node] = repeated().nodes;
      const script = 'mkdir -m 700 "$1" && echo 17 >"$1/PG_VERSION"';
      const args = ['-c', script, 'sh', hosted.place.dataDir];
      await hosted.run({ program: 'sh', args, env: {} }, options);
      // An earlier runner's command, which nobody waits for.
      const earlier = await run.hostOf('pg').process(node?.processes[0] ?? expect.unreachable());
      const left = earlier
        .run({ program: 'sh', args: ['-c', 'exec sleep 600'], env: {} }, options)
        .catch(() => 'ended');
      const commands = async () => (await run.list()).filter(({ Names: [one] }) => one?.endsWith('.command'));
      await expect
        .poll(async () => (await commands()).map(({ State }) => State), { timeout: 20_000 })
        .toEqual(['running']);

      await copies.keep('broken', hosted, options);
      await left;
      expect(await copies.has('broken', hosted)).toBe(true);
      const volume = (await all()).find(({ Labels }) => Labels['benchbus.kept'] === 'broken');
      await runContainer(
        pod,
        {
          ...{
            name: `${pod.pod}.breaks`,
            process: 'test',
            image: RUNNER_IMAGE,
            imageVolumes: [],
            user: '70:70',
            groups: [],
          },
          ...{ env: {}, workingDir: '/', binds: [`${volume?.Name}:/kept`], offline: true },
          argv: ['sh', '-c', 'truncate -s 40 /kept/*/kept.json'],
        },
        options,
      );
      expect(await copies.has('broken', hosted)).toBe(false);
      await copies.keep('broken', hosted, options);
      expect(await copies.has('broken', hosted)).toBe(true);
      expect(await commands()).toEqual([]);
    },
  );
});
