import { BenchbusError, decideAndAppend, problemOf, type AnyRecorded, type Decide } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import { decideClaim, stageOf } from '../domain/decide-claim.ts';
import { outcomeOf, unfinished } from '../domain/edge-view.ts';
import type { Claim, Outcome, WorkKind } from '../domain/kind.ts';
import { refusal, type WorkId } from '../domain/may-create.ts';
import { RunnerStopping } from '../runtime/process/runner-stopping.ts';
import { safeProblem } from './safe-problem.ts';
import { abortOn } from './abort-on.ts';
import { insistOnLog } from './insist-on-log.ts';
import type { RunnerContext } from './runner-context.ts';
import type { Worker, WorkOrder } from './work-order.ts';
import { outcomeLine } from '../domain/outcome-line.ts';

export type Answer = { readonly outcome: Outcome } | { readonly refused: Problem };

/**
 * Takes requests for work, from the engine and from the runner's own start: each attempt is claimed in the log before
 * anything is done, done once, and ends in the log. Whoever asks again gets the same promise, or the logged outcome.
 */
export class Desk {
  readonly #context: RunnerContext;
  readonly #worker: Worker;
  readonly #running = new Map<string, Promise<Answer>>();
  /** One at a time: a new attempt waits until the one it supersedes is gone. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: RunnerContext, worker: Worker) {
    this.#context = context;
    this.#worker = worker;
  }

  /** @throws RunnerStopping when the runner ends first */
  perform(kind: WorkKind, attempt: number): Promise<Answer> {
    const key = `${kind}:${attempt}`;
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    const before = this.#last;
    const answer = before.then(
      () => this.#take(kind, attempt),
      () => this.#take(kind, attempt),
    );
    this.#last = answer;
    this.#running.set(key, answer);
    void answer.catch(() => undefined).finally(() => this.#running.delete(key));
    return answer;
  }

  /** Goes on with what a runner before this one claimed and did not finish. */
  async adopt(): Promise<void> {
    const history = await this.#history();
    await Promise.all(unfinished(history).map(({ kind, attempt }) => this.perform(kind, attempt)));
  }

  async #take(kind: WorkKind, attempt: number): Promise<Answer> {
    const { bus, config, role, subject, instance, watch } = this.#context;
    const work: WorkId = { kind, attempt, incarnation: config.BENCHBUS_FENCE.incarnation };
    if (role.kind !== kind) {
      const message = `node ${role.node.name} has no ${kind} to work on`;
      return { refused: { code: 'WRONG_NODE', message, where: role.node.name } };
    }
    const run = await insistOnLog(this.#context, () => watch.read());
    const claimant = { subject, instance, node: role.node.name, suiteId: config.BENCHBUS_SUITE };
    const decide = (history: readonly AnyRecorded[]) => decideClaim(work, history, run, bus.log.incarnation, claimant);
    if (decide(await this.#history()).do === 'claim') await this.#worker.retire?.(attempt, this.#context.stopping);
    await this.#append((history) => {
      const decision = decide(history);
      return decision.do === 'claim' ? decision.draft : undefined;
    });
    const now = decide(await this.#history());
    if (now.do === 'answer') return { outcome: now.outcome };
    if (now.do === 'adopt') return { outcome: await this.#carryOut(work, now.claim, stageOf(run, work)?.deadline) };
    const lost = { code: 'CLAIM_LOST', message: 'the claim is not in the log', where: subject };
    return { refused: now.do === 'refuse' ? now.problem : lost };
  }

  async #carryOut(work: WorkId, claim: Claim, deadline: string | undefined): Promise<Outcome> {
    const { bus, subject, watch, logger, secrets, taskLines } = this.#context;
    const { kind, attempt } = work;
    using abort = abortOn(this.#context, work, deadline);
    const mayCreate = async () => {
      abort.signal.throwIfAborted();
      const run = await insistOnLog(this.#context, () => watch.read(), abort.signal);
      // It may have taken long.
      abort.signal.throwIfAborted();
      const problem = refusal(work, run, bus.log.incarnation);
      if (problem !== undefined) throw new BenchbusError(problem);
    };
    const order: WorkOrder = { attempt, claim, deadline, signal: abort.signal, mayCreate };
    logger.info({ kind, attempt }, 'working');
    taskLines.tell(`claimed: ${kind}, attempt ${attempt}, of runner ${claim.data.instance}`);
    const draft = await this.#worker.work(order).catch((error: unknown) => {
      if (error instanceof RunnerStopping) throw error;
      const problem = safeProblem(problemOf(error), secrets);
      logger.warn(
        { ...problem, err: problem.code === 'INTERNAL' ? error : undefined, kind, attempt },
        'the work failed',
      );
      return this.#worker.failed(order, problem);
    });
    await this.#append((history) => (outcomeOf(history, kind, attempt) === undefined ? draft : undefined));
    const outcome = outcomeOf(await this.#history(), kind, attempt);
    if (outcome === undefined) {
      throw new BenchbusError({ code: 'OUTCOME_LOST', message: 'the outcome is not in the log', where: subject });
    }
    logger.info({ kind, attempt, outcome: outcome.name }, 'done');
    taskLines.tell(outcomeLine(outcome));
    return outcome;
  }

  #history(): Promise<AnyRecorded[]> {
    const { bus, subject } = this.#context;
    return insistOnLog(this.#context, () => bus.log.read(subject));
  }

  #append(decide: Decide): Promise<unknown> {
    const { bus, subject } = this.#context;
    return insistOnLog(this.#context, () => decideAndAppend(bus.log, subject, decide));
  }
}
