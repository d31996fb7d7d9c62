import { setTimeout as lasting } from 'node:timers/promises';
import { subjects, type AnyRecorded, type Recorded } from '@benchbus/events';
import type { EngineProcess } from '@benchbus/hatchet-embedded/testing';
import { STAGES } from '@benchbus/suites';
import { expectCompletedOnce, expectNothingLeft, firstRunId } from './clean-run.ts';
import { historyOf, suiteEnd } from './history.ts';
import { hold } from './hold.ts';
import type { Installation } from './installation.ts';
import { labelled, runnerOf } from './processes.ts';
import { tinySuite } from './suites.ts';

/** Where a run is when the engine goes: in each stage, being released, or not even accepted. */
export const MOMENTS = ['requested', ...STAGES, 'release'] as const;
export type Moment = (typeof MOMENTS)[number];

/** `killed`: its ports refuse. `hanging`: they take connections, and nobody answers. */
export type Outage = { readonly kind: 'killed' | 'hanging'; readonly seconds: number };

type Matches = (event: AnyRecorded) => boolean;
const named =
  (name: AnyRecorded['name']): Matches =>
  (event) =>
    event.name === name;
const inStage =
  (stage: string): Matches =>
  (event) =>
    event.name === 'RunStageStarted' && event.data.stage === stage;

const LONG_MS = 300_000;

/** A run in every stage, each held there by stopping who would take it further; then the engine goes, and all go on. */
export class OutageCase {
  readonly #installation: Installation;
  readonly #engine: EngineProcess;
  readonly #name: string;
  readonly #held: { release: () => void }[] = [];

  constructor(installation: Installation, engine: EngineProcess, name: string) {
    this.#installation = installation;
    this.#engine = engine;
    this.#name = name;
  }

  #suiteId = (moment: Moment): string => `${this.#name}-${moment}`;

  #suite(moment: Moment) {
    // Nothing but the release keeps a run from ending; a keep time lets the test say when it begins.
    const keep = moment === 'release' ? { keep: { when: 'always', for: '1h' } } : {};
    const timeouts = { database: '20m', workload: '20m', artifacts: '20m', provision: '20m', network: '20m' };
    const settings = { sharing: 'allowed', timeouts, ...keep };
    return tinySuite(this.#suiteId(moment), { cores: 0.1, settings });
  }

  #runId = (moment: Moment): string => firstRunId(this.#suiteId(moment), this.#suite(moment));

  async #request(moment: Moment): Promise<void> {
    await this.#installation.bus.request('SuiteRequested', this.#suiteId(moment), { suite: this.#suite(moment) });
  }

  async #until(moment: Moment, matches: Matches): Promise<void> {
    const { log } = this.#installation.bus;
    const runId = this.#runId(moment);
    const own = [
      subjects.run(runId),
      subjects.edge(runId, 'pg'),
      subjects.edge(runId, 'load'),
      subjects.deployment(runId),
    ];
    const find = async () => (await Promise.all(own.map((subject) => log.read(subject)))).flat().find(matches);
    await log.waitFor(own, find, { what: `${moment} of ${runId}`, timeoutMs: LONG_MS });
  }

  #hold(pid: number | undefined): void {
    this.#held.push(hold(pid));
  }

  /** One after the other: whoever is stopped for one run must not be needed by the next. */
  async #fillStages(): Promise<void> {
    const { bus } = this.#installation;
    await this.#request('release');
    await this.#until('release', named('RunCompleted'));
    this.#hold(this.#installation.pid('artifact-store'));
    await this.#request('artifacts');
    await this.#until('artifacts', inStage('artifacts'));
    await this.#request('workload');
    await this.#until('workload', named('WorkloadStarted'));
    this.#hold(runnerOf(this.#runId('workload'), 'load'));
    await this.#request('database');
    await this.#until('database', named('SetupStarted'));
    this.#hold(runnerOf(this.#runId('database'), 'pg'));
    await this.#request('provision');
    await this.#until('provision', named('NodeProvisioned'));
    this.#hold(labelled({ BENCHBUS_RUN: this.#runId('provision') })[0]?.pid);
    this.#hold(this.#installation.pid('provisioner'));
    await bus.request('SuiteReleaseRequested', this.#suiteId('release'), {});
    await this.#until('release', named('RunReleaseRequested'));
    this.#hold(this.#installation.pid('network-allocator'));
    await this.#request('network');
    await this.#until('network', named('RunNetworkRequested'));
  }

  async #momentOf(moment: Moment): Promise<string> {
    const history = await this.#installation.bus.log.read(subjects.run(this.#runId(moment)));
    if (history.some(named('RunReleased'))) return 'released';
    if (history.some(named('RunReleaseRequested'))) return 'release';
    if (history.some(named('RunCompleted'))) return 'completed';
    const latest = history.findLast((event): event is Recorded<'RunStageStarted'> => event.name === 'RunStageStarted');
    return latest?.data.stage ?? 'requested';
  }

  /** Where each run is, by where it is meant to be. */
  async moments(): Promise<Record<string, string>> {
    return Object.fromEntries(await Promise.all(MOMENTS.map(async (moment) => [moment, await this.#momentOf(moment)])));
  }

  /** Takes the engine away with a run in every stage; resolves when it is back. */
  async happen({ kind, seconds }: Outage, onAway: () => Promise<void>): Promise<void> {
    await this.#fillStages();
    const hanging = kind === 'hanging' ? hold(this.#engine.pid) : undefined;
    if (!hanging) await this.#engine.kill();
    await onAway();
    await this.#request('requested');
    for (const { release } of this.#held.splice(0)) release();
    // How long it is away is what is tested: no event ends it.
    await lasting(seconds * 1000);
    hanging?.release();
    if (!hanging) await this.#engine.startAgain();
  }

  /** Waits for all ends, and holds each run's history and the machine against "nothing happened". */
  async expectOnlyDelayed(timeoutMs: number): Promise<Record<Moment, number>> {
    const back = Date.now();
    const took = MOMENTS.map(async (moment) => {
      await suiteEnd(this.#installation.bus, this.#suiteId(moment), timeoutMs);
      return [moment, Date.now() - back] as const;
    });
    const delays = Object.fromEntries(await Promise.all(took)) as Record<Moment, number>;
    for (const moment of MOMENTS) {
      expectCompletedOnce(await historyOf(this.#installation.bus, this.#suiteId(moment)));
      expectNothingLeft(this.#installation, this.#runId(moment));
    }
    if (process.env['BENCHBUS_OUTAGE_TIMES']) process.stderr.write(`${this.#name}: ${JSON.stringify(delays)}\n`);
    return delays;
  }

  /** What a failed test left standing still would keep the stack from stopping. */
  end(): void {
    for (const { release } of this.#held.splice(0)) release();
  }
}
