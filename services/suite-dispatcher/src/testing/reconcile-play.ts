import { subjects } from '@benchbus/events';
import { executionLost } from '../domain/drafts.ts';
import { orphansAfter, type Orphans } from '../domain/orphans.ts';
import { reconcileRun, type Execution, type Verdict } from '../domain/reconcile.ts';
import { evolveRun, initialRunState, isOver, type RunState } from '../domain/run-state.ts';
import { Story } from './story.ts';

export const LOST_AFTER_MS = 35_000;
const RUN = 'run';

interface Row {
  readonly id: string;
  status: Execution['status'] | 'COMPLETED' | 'FAILED';
  cancelledBy?: 'engine' | 'somebody';
  /** A dispatcher carries it out. */
  carried: boolean;
}

interface Replica {
  orphans: Orphans;
  pending: { readonly run: RunState; readonly verdict: Verdict } | undefined;
}

/** One run in a log and in an engine that keeps one execution of it alive, and two dispatchers that compare the two. */
export class ReconcilePlay {
  readonly story = new Story();
  /** What the engine knows, oldest first. */
  rows: Row[] = [];
  readonly replicas: readonly Replica[] = [0, 1].map(() => ({ orphans: new Map(), pending: undefined }));
  #ids = 0;

  constructor() {
    this.story.fact('RunQueued', subjects.run(RUN), {} as never);
  }

  get run(): RunState {
    return this.story.of(subjects.run(RUN)).reduce(evolveRun, initialRunState);
  }

  get isOver(): boolean {
    return isOver(this.run);
  }

  get alive(): Row[] {
    return this.rows.filter(({ status }) => status === 'QUEUED' || status === 'RUNNING');
  }

  /** A trigger, of the reactor or a reconciler. The engine cancels the newest of two, as CANCEL_NEWEST says. */
  start(): void {
    const id = `execution-${(this.#ids += 1)}`;
    const duplicate = this.alive.length > 0;
    this.rows.push(
      duplicate
        ? { id, status: 'CANCELLED', cancelledBy: 'engine', carried: false }
        : { id, status: 'QUEUED', carried: false },
    );
  }

  /** A worker gets it; `arrives`: and begins with it. Also what the engine does about one whose worker is dead. */
  assign(arrives: boolean): void {
    for (const row of this.alive) Object.assign(row, { status: 'RUNNING', carried: arrives });
  }

  end(status: Row['status'], cancelledBy?: Row['cancelledBy']): void {
    for (const row of this.alive) Object.assign(row, { status, carried: false, cancelledBy });
  }

  /** The dispatcher lost it, and the engine was not told. */
  orphan(): void {
    for (const row of this.alive) row.carried = false;
  }

  /** A dispatcher looks and decides. The verdict is carried out by `act`, maybe much later. */
  look(replica: Replica): Verdict {
    const { now } = this.story;
    const found = this.rows.filter(({ status, carried }) => status === 'RUNNING' && !carried).map(({ id }) => id);
    replica.orphans = orphansAfter(replica.orphans, found, now);
    const shown = this.rows.flatMap(({ id, status, cancelledBy }): Execution[] => {
      if (status === 'COMPLETED' || status === 'FAILED') return [];
      const since = replica.orphans.get(id);
      return [
        {
          id,
          status,
          ...(cancelledBy ? { cancelledBy } : {}),
          ...(since === undefined ? {} : { orphanedMs: now - since }),
        },
      ];
    });
    const verdict = reconcileRun(this.run, shown, LOST_AFTER_MS);
    replica.pending = { run: this.run, verdict };
    return verdict;
  }

  /** Carries the verdict out up to and including step `until`: a fact, a cancel, a start. */
  act({ pending }: Replica, until = 3): void {
    if (!pending) return;
    const { run, verdict } = pending;
    if (verdict.kind === 'start') this.start();
    if (verdict.kind === 'cancel' && this.run.version === run.version) {
      this.story.fact('RunCancelling', subjects.run(RUN), { reason: verdict.reason });
    }
    if (verdict.kind !== 'replace') return;
    for (const id of verdict.executions.filter((one) => !run.lostExecutions.has(one))) {
      // As in the real log: at the version that was read, and an id only once.
      if (this.run.lostExecutions.has(id)) continue;
      if (this.run.version !== run.version) return;
      this.story.append(executionLost('suite', RUN, run, id));
    }
    if (until < 2) return;
    for (const row of this.alive.filter(({ id }) => verdict.executions.includes(id))) {
      Object.assign(row, { status: 'CANCELLED', cancelledBy: 'somebody', carried: false });
    }
    if (until >= 3) this.start();
  }
}
