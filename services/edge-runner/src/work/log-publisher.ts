import type { Telemetry } from '@benchbus/events';
import { fullBudget, spend, type Budget, type BudgetLimits } from '../domain/line-budget.ts';
import { safeLine } from './safe-line.ts';

export const LOG_LIMITS: BudgetLimits = { perSecond: 50, burst: 500 };
/** After so long without another line, what was left out is told. */
const TELL_AFTER_MS = 1_000;

export interface LogPublisherOptions {
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly runId: string;
  readonly node: string;
  /** Never in a line. */
  readonly secrets: readonly string[];
  readonly clock: () => number;
  readonly limits?: BudgetLimits;
}

/** Publishes what a node's programs print, for people who watch. Never fails, waits for nothing, keeps nothing. */
export interface LogPublisher {
  line(container: string, text: string): void;
  /** Says how many lines were left out and were not told yet. */
  flush(): void;
}

export function createLogPublisher(options: LogPublisherOptions): LogPublisher {
  const { telemetry, runId, node, secrets, clock, limits = LOG_LIMITS } = options;
  const budgets = new Map<string, Budget>();
  let timer: NodeJS.Timeout | undefined;

  const publish = (container: string, line: string): void => {
    try {
      telemetry.log({ runId, node, container, time: new Date(clock()).toISOString(), line });
    } catch {
      // A line is a courtesy: the file it came from has it.
    }
  };
  const tell = (container: string, count: number): void =>
    publish(
      container,
      `… ${count} ${count === 1 ? 'line' : 'lines'} left out (more than ${limits.perSecond} a second)`,
    );
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [container, budget] of budgets) {
      if (budget.leftOut > 0) tell(container, budget.leftOut);
      budgets.set(container, { ...budget, leftOut: 0 });
    }
  };

  return {
    line: (container, text) => {
      const now = clock();
      const before = budgets.get(container) ?? fullBudget(limits, now);
      const { budget, allowed, leftOut } = spend(before, limits, now);
      budgets.set(container, budget);
      if (!allowed) {
        timer ??= setTimeout(flush, TELL_AFTER_MS).unref();
        return;
      }
      if (leftOut > 0) tell(container, leftOut);
      publish(container, safeLine(text, secrets));
    },
    flush,
  };
}
