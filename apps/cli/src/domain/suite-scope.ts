import { parseSubject, runsOfEvent } from '@benchbus/events';
import type { AnyRecorded } from '@benchbus/events';

/** Tells which facts are about a suite: its own, and those of hosts and pools that name runs of it beside other suites'. */
export class SuiteScope {
  readonly suiteId: string;
  readonly #runs = new Set<string>();

  constructor(suiteId: string) {
    this.suiteId = suiteId;
  }

  /** Known once SuiteAccepted was seen, which comes before anything that its runs are granted. */
  hasRun(runId: string): boolean {
    return this.#runs.has(runId);
  }

  /** Of what cannot be read: an aggregate that several suites share may, one of another suite's alone does not. */
  mayConcern(subject: string): boolean {
    const { aggregate, ids: [id = ''] = [] } = parseSubject(subject) ?? {};
    if (aggregate === 'suite') return id === this.suiteId;
    return aggregate === 'host' || aggregate === 'capacity' || aggregate === 'pool' || this.#runs.has(id);
  }

  /** Facts have to come in the log's order, from the suite's first one on. */
  concerns(event: AnyRecorded): boolean {
    const isOwn = event.correlation === this.suiteId;
    if (isOwn && event.name === 'SuiteAccepted') for (const { runId } of event.data.runs) this.#runs.add(runId);
    return isOwn || runsOfEvent(event).some((runId) => this.#runs.has(runId));
  }
}
