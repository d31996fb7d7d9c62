import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findByEnvironment } from '@benchbus/processes';
import { findProgram } from '@benchbus/service/testing';
import { exampleWorkload } from '@benchbus/suites/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psql } from '../runtime/postgres/index.ts';
import { makeOwnedDir } from '../runtime/process/files.ts';
import { RunnerStopping } from '../runtime/process/runner-stopping.ts';
import { scratchNode, scratchServer, type ScratchServer } from '../testing/scratch.ts';
import { toolDefaults } from '../testing/tool-defaults.ts';
import { testPlan } from '../testing/test-plan.ts';
import { goPlaces } from '../workloads/go-tpc/check.ts';
import { pluginOf, workloadFor } from '../workloads/index.ts';
import { pgbench as tool } from '../workloads/pgbench/index.ts';
import type { WorkloadContext } from '../workloads/plugin.ts';

const pgbench = pluginOf(tool);

const WORKLOAD = exampleWorkload({ clients: 2, threads: 1, warmupMs: 0, durationMs: 8_000 });
const fault = { atMs: 2_000, kill: 'pg', process: 'database', restartAfterMs: 0 } as const;
const LOSE = (limit: number) =>
  `SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench' LIMIT ${limit}) AS victims`;

describe('a measured part whose load tool loses its connections, against a real PostgreSQL', () => {
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let server: ScratchServer;
  let context: WorkloadContext;
  let attempt = 0;
  let injected: number[] = [];
  let measuring: PromiseWithResolvers<void>;

  beforeAll(async () => {
    node = await scratchNode();
    server = await scratchServer(node.dir);
  });
  afterAll(() => node.dispose());

  beforeEach(() => {
    attempt += 1;
    injected = [];
  });

  /** @param inject what the node's runner would do */
  async function prepared(inject: () => Promise<unknown>): Promise<void> {
    const dir = join(node.dir, `workload-${attempt}`);
    const { connection, password, user, steps, labels, mayCreate } = server;
    measuring = Promise.withResolvers();
    context = {
      ...toolDefaults,
      ...{ connection, password, user, steps, labels, mayCreate, dir },
      artifactsDir: join(dir, 'artifacts'),
      graceMs: 5_000,
      output: () => undefined,
      progress: ({ activity, tps }) => {
        if (activity === 'measuring' && tps !== undefined) measuring.resolve();
      },
      faults: {
        ...{ faults: [fault], plan: testPlan(), attempt },
        servers: [{ host: connection.host, port: connection.port }],
        credential: () => password,
        inject: async (index) => {
          injected.push(index);
          await inject();
          return { at: new Date().toISOString() };
        },
        limits: { probeEveryMs: 100, probeMs: 2_000, commitEveryMs: 20, commitAnswerMs: 2_000, readBackMs: 20_000 },
      },
    };
    await makeOwnedDir(dir, user);
  }
  const probes = () => findByEnvironment({ ...server.labels, BENCHBUS_PROBE_ATTEMPT: String(attempt) });

  it.each([
    ['all', 2],
    ['one of two, and ends the other', 1],
  ])('starts it again when it loses %s', async (_, limit) => {
    await prepared(() => psql(server, LOSE(limit)));
    const measurement = await pgbench.run(WORKLOAD, context, new AbortController().signal);
    const { summary } = measurement;
    expect(summary).toMatchObject({ toolStarts: 2, connectionsLost: limit });
    expect(summary.transactions).toBeGreaterThan(0);
    // pgbench takes whole seconds.
    expect(summary.durationSeconds).toBeGreaterThan(7);
    expect(summary.faults).toMatchObject([{ index: 0, kind: 'kill', node: 'pg', acknowledgedCommitsLost: 0 }]);
    expect(summary.faults?.[0]?.acknowledgedCommits).toBeGreaterThan(50);
    const files = await pgbench.collect(WORKLOAD, context, measurement);
    const names = files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['commits.log.txt', 'commits.present.json.txt', 'faults.json']));
    const kept = await Promise.all(names.map((name) => readFile(join(context.artifactsDir, name), 'latin1')));
    expect(kept.join('')).not.toContain(context.password);
    expect(probes()).toEqual([]);
  });

  const hardware = WORKLOAD.hardware;
  const times = { warmupMs: 0, durationMs: 10_000, hardware };
  const sysbench = { tool: 'sysbench', script: 'oltp_read_write', tables: 1, tableSize: 1000, threads: 2 } as const;
  const goTpc = { tool: 'go-tpc', benchmark: 'tpcc', warehouses: 1, threads: 2, ignoreErrors: false } as const;
  const EVERYBODY = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

  it.for([
    { ...sysbench, ...times },
    { ...goTpc, ...times },
  ])('starts $tool again when it loses its connections', { timeout: 120_000 }, async (workload, { skip }) => {
    skip(findProgram([workload.tool], goPlaces()) === undefined, `${workload.tool} is not on this machine`);
    await prepared(() => psql(server, EVERYBODY));
    const { summary, result } = await workloadFor(workload).run(context, new AbortController().signal);
    expect(summary.tool).toBe(workload.tool);
    // On a busy machine it may lose them again.
    expect(summary.toolStarts).toBeGreaterThanOrEqual(2);
    expect(summary.durationSeconds).toBeGreaterThan(8);
    expect(summary.transactions).toBeGreaterThan(0);
    expect(result.series.points.filter(({ tps }) => tps > 0).length).toBeGreaterThan(2);
    expect(summary.faults).toMatchObject([{ node: 'pg', throughputSource: "the tool's seconds" }]);
    expect(summary.faults?.[0]?.throughputBeforeTps).toBeGreaterThan(0);
    expect(probes()).toEqual([]);
  });

  it('a command bears it itself, and tells when each transaction ended', async () => {
    await prepared(() => psql(server, EVERYBODY));
    const code = `end=$(($(date +%s) + 8)); while [ "$(date +%s)" -lt $end ]; do
      psql -Atqc 'SELECT 1' >/dev/null 2>&1 && echo '{"type":"transaction","latencyMs":1,"endedAtMs":'$(date +%s%3N)'}'; done`;
    const workload = { tool: 'command' as const, command: ['sh', '-c', code], environment: {}, ...times };
    const { summary } = await workloadFor(workload).run(context, new AbortController().signal);
    expect(summary.faults).toMatchObject([{ node: 'pg', acknowledgedCommitsLost: 0 }]);
    expect(summary.faults?.[0]).not.toHaveProperty('throughputSource');
    expect(summary.faults?.[0]?.throughputBeforeTps).toBeGreaterThan(0);
  });

  it('an acknowledged row that is gone at the end is told', async () => {
    await prepared(() => psql(server, `DELETE FROM benchbus_probe.commits WHERE attempt = ${attempt} AND number = 2`));
    const { summary } = await pgbench.run(WORKLOAD, context, new AbortController().signal);
    expect(summary).toMatchObject({ toolStarts: 1, connectionsLost: 0, faults: [{ acknowledgedCommitsLost: 1 }] });
  });

  it('goes on after its runner has stopped, and breaks nothing twice', async () => {
    await prepared(() => psql(server, LOSE(2)));
    const stop = new AbortController();
    const first = pgbench.run(WORKLOAD, context, stop.signal);
    first.catch(() => undefined);
    await expect.poll(() => injected, { timeout: 20_000, interval: 20 }).toEqual([0]);
    await expect
      .poll(() => readFile(join(context.dir, 'fault-0.record.json'), 'utf8').catch(() => ''), { timeout: 10_000 })
      .toContain('"at"');
    stop.abort(new RunnerStopping());
    await expect(first).rejects.toBeInstanceOf(RunnerStopping);
    expect(probes()).not.toEqual([]);
    const { summary } = await pgbench.run(WORKLOAD, context, new AbortController().signal);
    expect(summary).toMatchObject({ toolStarts: 2, faults: [{ acknowledgedCommitsLost: 0 }] });
    expect(injected).toEqual([0]);
    expect(probes()).toEqual([]);
  });

  it('leaves neither tool nor probe when it is aborted', async () => {
    await prepared(() => Promise.resolve());
    const abort = new AbortController();
    const run = pgbench.run(WORKLOAD, context, abort.signal);
    run.catch(() => undefined);
    await measuring.promise;
    const reason = new Error('cancelled');
    abort.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(probes()).toEqual([]);
    expect(injected).toEqual([]);
  });

  it('a fault that cannot be carried out fails the measurement, and ends it', async () => {
    await prepared(() => Promise.reject(new Error('the runner of pg says no')));
    const run = pgbench.run(WORKLOAD, context, new AbortController().signal);
    await expect(run).rejects.toThrow('the runner of pg says no');
    expect(probes()).toEqual([]);
  });
});
