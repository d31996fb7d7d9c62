import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, subjects, type AnyDraft, type AnyRecorded, type Draft, type EventName } from '@benchbus/events';
import { startNatsServer } from '@benchbus/events/testing';
import { startEngine } from '@benchbus/hatchet-embedded';
import { connectClient } from '@benchbus/hatchet-embedded/testing';
import { launchService, startChild, type Child } from '@benchbus/service/testing';
import type { Plan, Stage } from '@benchbus/suites';
import { EDGE_SETUP, EDGE_WORKLOAD, edgeWorkerLabels, requireLabels, type EdgeTaskInput } from '@benchbus/tasks';
import { PASSWORD } from './scratch.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const later = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

/** A real nats-server and engine in folders of their own, and the other services' side of the log. */
export async function startWorld() {
  const nats = await startNatsServer();
  const stateDir = await mkdtemp(join(tmpdir(), 'benchbus-engine-'));
  const engine = await startEngine({ stateDir });
  const bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
  const hatchet = connectClient(engine, 8);
  const runners: Child[] = [];

  const append = async <N extends EventName>(draft: Omit<Draft<N>, 'cause' | 'correlation'>) => {
    const full = { cause: randomUUID(), correlation: 'suite', ...draft } as AnyDraft;
    const history = await bus.log.read(draft.subject);
    return (await bus.log.append(full as Draft, history.at(-1)?.sequence ?? 0)).event;
  };

  const environment = (runId: string, node: string, nodeDir: string) => ({
    NATS_URL: nats.url,
    ...engine.env,
    HATCHET_CLIENT_LOG_LEVEL: 'OFF',
    BENCHBUS_INSTALLATION: 'test',
    BENCHBUS_RUN: runId,
    BENCHBUS_NODE: node,
    BENCHBUS_SUITE: 'suite',
    BENCHBUS_FENCE: `${bus.log.incarnation}:1`,
    BENCHBUS_NODE_DIR: nodeDir,
    BENCHBUS_DB_PASSWORD: PASSWORD,
  });

  return {
    bus,
    natsUrl: nats.url,
    engine,
    append,
    plan: (runId: string, plan: Plan) =>
      append<'PlacementPlanned'>({
        name: 'PlacementPlanned',
        subject: subjects.deployment(runId),
        data: {
          attempt: 1,
          fence: { incarnation: bus.log.incarnation, sequence: 1 },
          hostId: 'host',
          cidr: '127.200.0.0/16',
          plan,
          leaseExpiresAt: later(3_600_000),
        },
      }),
    stage: (runId: string, stage: Stage, attempt = 1, withinMs = 120_000) =>
      append<'RunStageStarted'>({
        name: 'RunStageStarted',
        subject: subjects.run(runId),
        data: { stage, attempt, deadline: later(withinMs) },
      }),
    cancel: (runId: string) =>
      append<'RunCancelling'>({ name: 'RunCancelling', subject: subjects.run(runId), data: { reason: 'test' } }),
    /** Starts the runner of a node, and does not wait for it. `program`: a built one, instead of the sources. */
    launch: (
      runId: string,
      node: string,
      nodeDir: string,
      env: Readonly<Record<string, string>> = {},
      program?: string,
    ) => {
      const all = { ...environment(runId, node, nodeDir), ...env };
      const runner =
        program === undefined ? launchService({ main: MAIN, env: all }) : startChild(program, [], { env: all });
      runners.push(runner);
      return runner;
    },
    /** Has the engine run one attempt's task on a node; resolves with the task's own (untrusted) result. */
    trigger: async (kind: 'database' | 'workload', runId: string, node: string, attempt = 1) => {
      const name = kind === 'database' ? EDGE_SETUP : EDGE_WORKLOAD;
      const log = bus.log.incarnation;
      const labels = requireLabels(edgeWorkerLabels(log, runId, node));
      const input = { log, suiteId: 'suite', runId, node, attempt };
      const ref = await hatchet.runNoWait<EdgeTaskInput, Record<string, { outcome: string; code?: string }>>(
        name,
        input,
        { desiredWorkerLabels: labels },
      );
      return { output: () => ref.output.then((byTask) => byTask[name]) };
    },
    /** The node's first event of one of these names. */
    event: async (runId: string, node: string, ...names: EventName[]): Promise<AnyRecorded> => {
      const subject = subjects.edge(runId, node);
      const probe = async () => (await bus.log.read(subject)).find(({ name }) => names.includes(name));
      return bus.log.waitFor([subject], probe, { what: names.join(' or '), timeoutMs: 45_000 });
    },
    /** What the node's programs print, by container, as a person watching the run gets it. */
    watchLog: async (runId: string) => {
      const lines: Record<string, string[]> = {};
      await bus.telemetry.watchLog(
        { runId },
        { onLine: ({ container, line }) => (lines[container] ??= []).push(line) },
      );
      return lines;
    },
    /** Names of all events of a node, in order. */
    names: async (runId: string, node: string) =>
      (await bus.log.read(subjects.edge(runId, node))).map(({ name }) => name),
    stopRunners: async () => {
      await Promise.all(
        runners.splice(0).map((runner) => (runner.process.exitCode === null ? runner.stop('SIGKILL') : undefined)),
      );
    },
    stop: async () => {
      await bus.close();
      await engine.stop();
      await nats.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
export type World = Awaited<ReturnType<typeof startWorld>>;

/** Resolves when the runner says that it is ready: registered, announced. */
export const ready = (runner: Child) =>
  runner.line((line) => (line.includes('"msg":"ready"') ? true : undefined), 'edge-runner ready', 45_000);
