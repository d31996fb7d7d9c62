import { subjects, type AnyRecorded, type Progress } from '@benchbus/events';
import { namesIn, type DocumentedRow } from '@benchbus/service/testing';
import { expect } from 'vitest';
import { expectNothingLeft, firstRunId, PAIRS } from './clean-run.ts';
import { atMoment, historyOf, suiteEnd } from './history.ts';
import type { Installation } from './installation.ts';

/** Facts by which something is begun or made: there is none after the first fact of a run's cancel. */
const CREATING = new Set<AnyRecorded['name']>([
  'RunStageStarted',
  'RunNetworkRequested',
  'RunDeploymentRequested',
  'PlacementPlanned',
  'SetupStarted',
  'WorkloadStarted',
]);

const ofDispatcher = ({ subject }: AnyRecorded): boolean => /^evt\.(suite|run)\./.test(subject);

/** One suite that is brought into a state and cancelled there. */
export class CancelCase {
  readonly suiteId: string;
  readonly runId: string;
  readonly #installation: Installation;
  readonly #suite: unknown;
  /** Sequence of the last event before the cancel. */
  #markedAt = 0;
  /** When it was cancelled, in ms since the epoch. */
  #askedAt = 0;

  constructor(installation: Installation, suiteId: string, suite: unknown) {
    this.#installation = installation;
    this.#suite = suite;
    this.suiteId = suiteId;
    this.runId = firstRunId(suiteId, suite);
  }

  async request(): Promise<void> {
    await this.#installation.bus.request('SuiteRequested', this.suiteId, { suite: this.#suite });
  }

  /** Requests the suite and waits for the first event that matches. */
  async requestUntil(matches: (event: AnyRecorded) => boolean): Promise<void> {
    const moment = await atMoment(this.#installation.bus, this.suiteId, matches);
    await this.request();
    await moment.reached;
    await moment.stop();
  }

  /** Requests the suite and waits for progress of its run. */
  async requestUntilProgress(matches: (progress: Progress) => boolean): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const watching = await this.#installation.bus.telemetry.watchProgress(this.runId, (progress) => {
      if (matches(progress)) reached.resolve();
    });
    await this.request();
    await reached.promise;
    await watching.stop();
  }

  /** Waits for an event of the suite, whether it was logged already or not. */
  async until(matches: (event: AnyRecorded) => boolean): Promise<AnyRecorded> {
    const { log } = this.#installation.bus;
    const own = [subjects.suite(this.suiteId), subjects.run(this.runId)];
    const find = async () => {
      const events = await Promise.all(own.map((subject) => log.read(subject)));
      return events.flat().find(matches);
    };
    return log.waitFor(own, find, { what: `a moment of ${this.suiteId}`, timeoutMs: 60_000 });
  }

  async cancel(reason = 'by a test'): Promise<void> {
    this.#markedAt = (await this.history()).at(-1)?.sequence ?? 0;
    this.#askedAt = Date.now();
    await this.again(reason);
  }

  /** A cancel that does not count as the first. */
  async again(reason: string): Promise<void> {
    await this.#installation.bus.request('SuiteCancelRequested', this.suiteId, { reason });
  }

  end(): Promise<AnyRecorded> {
    return suiteEnd(this.#installation.bus, this.suiteId, 60_000);
  }

  history(): Promise<AnyRecorded[]> {
    return historyOf(this.#installation.bus, this.suiteId);
  }

  /** For docs/reference/cancel.md: when what came after the cancel, in ms. */
  #printTimes(history: readonly AnyRecorded[]): void {
    const times = history
      .filter((event) => event.sequence > this.#markedAt)
      .map(({ name, time }) => `${Date.parse(time) - this.#askedAt} ${name}`);
    process.stderr.write(`${this.suiteId}: ${times.join(', ')}\n`);
  }

  /** Waits for the end, and holds the history and the machine against the row. */
  async expectRow(row: DocumentedRow): Promise<AnyRecorded[]> {
    await this.end();
    const history = await this.history();
    if (process.env['BENCHBUS_CANCEL_TIMES']) this.#printTimes(history);
    const after = history.filter((event) => ofDispatcher(event) && event.sequence > this.#markedAt);
    expect(after.map(({ name }) => name)).toEqual(namesIn(row['events']));

    const of = (...names: string[]) => history.filter(({ name }) => names.includes(name));
    expect(of('SuiteCompleted', 'SuiteFailed', 'SuiteCancelled', 'SuiteRejected')).toHaveLength(1);
    expect(of('RunCompleted', 'RunFailed', 'RunCancelled').length).toBeLessThanOrEqual(1);
    const cancelling = history.findIndex(({ name }) => name === 'RunCancelling' || name === 'RunCancelled');
    if (cancelling !== -1) {
      expect(
        history.slice(cancelling).filter(({ name }) => CREATING.has(name)),
        'made after the cancel',
      ).toEqual([]);
    }
    const counts = (index: 0 | 1) => PAIRS.map((pair) => [pair[0], of(pair[index]).length]);
    expect(counts(1), 'given back').toEqual(counts(0));
    expectNothingLeft(this.#installation, this.runId);
    return history;
  }
}
