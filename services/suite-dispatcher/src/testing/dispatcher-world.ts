import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { connectBus, runExecution, subjects, type AnyRecorded, type EventBus, type EventName } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { startEngine, type RunningEngine } from '@benchbus/hatchet-embedded';
import { launchService, spawnService, type Child, type SpawnedService } from '@benchbus/service/testing';
import { connectHatchet, type Hatchet, type Owner } from '@benchbus/tasks';
import type { Suite } from '@benchbus/suites';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { hatchetEngine } from '../adapters/hatchet-engine.ts';
import type { Engine, EngineRun } from '../application/engine.ts';
import { decideSuite } from '../domain/decide-suite.ts';
import { intake } from '../domain/intake.ts';
import { evolveSuite, initialSuiteState } from '../domain/suite-state.ts';

/** An engine can tell nobody what it did: its REST interface is asked until it shows it. */
export const SHOWN_WITHIN = { timeout: 60_000, interval: 200 };

/**
 * A log and an engine, and dispatchers as processes; nobody else answers. The engine is the embedded one, or with
 * BENCHBUS_TEST_ENGINE=external the one of HATCHET_CLIENT_*.
 */
export class DispatcherWorld {
  readonly isEmbedded = process.env['BENCHBUS_TEST_ENGINE'] !== 'external';
  readonly bus: EventBus;
  readonly hatchet: Hatchet;
  readonly engine: Engine;
  readonly owner: Owner;
  readonly #nats: TestNatsServer;
  readonly #folder: string;
  readonly #dispatchers: Child[] = [];
  #embedded: RunningEngine | undefined;

  private constructor(parts: { nats: TestNatsServer; folder: string; bus: EventBus; embedded?: RunningEngine }) {
    this.#nats = parts.nats;
    this.#folder = parts.folder;
    this.bus = parts.bus;
    this.#embedded = parts.embedded;
    Object.assign(process.env, parts.embedded?.env); // read by the SDK
    this.hatchet = connectHatchet(pino({ level: 'silent' }));
    this.owner = { log: parts.bus.log.incarnation, installation: 'default' };
    this.engine = hatchetEngine(this.hatchet, this.owner);
  }

  static async start(): Promise<DispatcherWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'benchbus-dispatcher-'));
    const nats = await startNatsServer();
    const bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
    if (process.env['BENCHBUS_TEST_ENGINE'] === 'external') return new DispatcherWorld({ nats, folder, bus });
    return new DispatcherWorld({ nats, folder, bus, embedded: await startEngine({ stateDir: folder }) });
  }

  async stopDispatchers(): Promise<void> {
    await Promise.all(this.#dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  }

  /** Nothing that a failed test left goes on in the next. */
  async clear(): Promise<void> {
    await this.stopDispatchers();
    const alive = await this.engine.alive();
    await this.engine.cancel(alive.map(({ engineRunId }) => engineRunId));
  }

  async stop(): Promise<void> {
    await this.stopDispatchers();
    await this.bus.close();
    await this.#embedded?.stop();
    await this.#nats.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async dispatcher(env: Record<string, string> = {}): Promise<SpawnedService> {
    const service = await spawnService(this.#options(env));
    this.#dispatchers.push(service);
    return service;
  }

  /** One that may die while it starts. */
  launch(env: Record<string, string>): Child {
    const child = launchService(this.#options(env));
    this.#dispatchers.push(child);
    return child;
  }

  #options(env: Record<string, string>) {
    const hatchet = Object.entries(process.env).filter(([name]) => name.startsWith('HATCHET_CLIENT_'));
    return {
      main: fileURLToPath(new URL('../main.ts', import.meta.url)),
      env: {
        ...(Object.fromEntries(hatchet) as Record<string, string>),
        NATS_URL: this.#nats.url,
        BENCHBUS_RECONCILE_EVERY_MS: '1000',
        BENCHBUS_EXECUTION_LOST_AFTER_MS: '2000',
        BENCHBUS_RELEASE_TIMEOUT_MS: '1000', // nobody is here to release anything
        ...env,
      },
    };
  }

  /** An id nobody else uses in this log or engine. */
  suiteId(what: string): string {
    return `${what}-${randomUUID().slice(0, 8)}`;
  }

  /** What a dispatcher writes when it accepts a suite, without one. */
  async accept(suiteId: string, suite: Suite): Promise<void> {
    const accepted = intake({ id: randomUUID(), suiteId }, { ok: true, suite } as never);
    await this.bus.log.append(accepted, 0);
    const state = (await this.bus.log.read(subjects.suite(suiteId))).reduce(evolveSuite, initialSuiteState);
    for (const action of decideSuite(suiteId, state)) {
      if (action.kind === 'append') await this.bus.log.append(action.draft, action.expected);
    }
  }

  logged<N extends EventName>(subject: string, name: N): Promise<AnyRecorded> {
    const { log } = this.bus;
    const find = async () => (await log.read(subject)).find((event) => event.name === name);
    return log.waitFor([subject], find, { what: `${name} on ${subject}`, timeoutMs: 60_000 });
  }

  async names(subject: string): Promise<string[]> {
    return (await this.bus.log.read(subject)).map(({ name }) => name);
  }

  /** The run's one execution that is alive, once the engine shows it with this status. */
  shown(runId: string, status: EngineRun['status'], but?: string): Promise<string> {
    return vi.waitFor(async () => {
      const alive = (await this.engine.alive()).filter((row) => row.runId === runId && row.node === undefined);
      expect(alive.map((row) => row.status)).toEqual([status]);
      const [{ engineRunId = '' } = {}] = alive;
      expect(engineRunId).not.toBe(but);
      return engineRunId;
    }, SHOWN_WITHIN);
  }

  /** Until some dispatcher says that it carries this out. */
  carriedOut(engineRunId: string): Promise<unknown> {
    return vi.waitFor(() => this.bus.questions.ask(runExecution(engineRunId), {}), SHOWN_WITHIN);
  }

  /** Ends the run's network stage, and the run with it. */
  async rejectNetwork(suiteId: string, runId: string): Promise<void> {
    const data = { attempt: 1, problem: { code: 'NO_ROOM', message: 'by a test' } };
    const draft = { name: 'NetworkRejected', subject: subjects.network(runId), data } as const;
    await this.bus.log.append({ ...draft, cause: 'test', correlation: suiteId }, 0);
  }

  /** The embedded engine comes back without any run, as with a database restored from long ago. */
  async loseRuns(): Promise<void> {
    await this.#embedded?.stop();
    const database = new DatabaseSync(join(this.#folder, 'engine.db'));
    for (const table of ['runs', 'gates', 'pendingCancels', 'taskEvents', 'logs'])
      database.exec(`DELETE FROM ${table}`);
    database.close();
    this.#embedded = await startEngine({ stateDir: this.#folder });
  }
}
