import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../engines/engine.ts';
import type { Case } from './case.ts';
import { CaseContext } from './context.ts';
import { describeError } from './describe-error.ts';
import { Rendezvous } from './rendezvous.ts';
import { connect, type Client } from './sdk.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
/** The SDK's own patience with calls that fail; the others are to see refusals at once. */
const PATIENT = 8;
const IMPATIENT = 3;

export interface CaseResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  /** Ids of its runs in the engine. */
  readonly runs: readonly string[];
  /** Why it failed or was skipped. */
  readonly note?: string;
}

export interface RunOptions {
  /** How many cases at once, and as many of those that mostly wait. */
  readonly parallel: number;
  readonly onResult?: (result: CaseResult) => void;
}

/** Runs the cases: first those that leave the engine alone, then, together, those that restart it. In the order of `cases`. */
export async function runCases(cases: readonly Case[], engine: Engine, options: RunOptions): Promise<CaseResult[]> {
  const results = new Map<string, CaseResult>();
  const note = (result: CaseResult): void => {
    results.set(result.name, result);
    options.onResult?.(result);
  };
  const calm = cases.filter((one) => !one.restarts);
  const noRestart = () => Promise.reject(new Error('this case must say that it restarts the engine'));
  const client = connect(engine.address, IMPATIENT);
  const one = async (each: Case) => note(await runCase(each, engine, client, noRestart));
  const lanes = (queue: Case[]): Promise<void>[] => {
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) await one(next);
    };
    return Array.from({ length: options.parallel }, lane);
  };
  await Promise.all([true, undefined].flatMap((waits) => lanes(calm.filter((each) => each.waits === waits))));
  await runRestarting(
    cases.filter((each) => each.restarts),
    engine,
    note,
  );
  return cases.flatMap(({ name }) => results.get(name) ?? []);
}

async function runRestarting(
  cases: readonly Case[],
  engine: Engine,
  note: (result: CaseResult) => void,
): Promise<void> {
  const { restart } = engine;
  if (!restart) {
    const reason = 'this engine cannot be restarted from here (--restart-command)';
    for (const { name } of cases) note({ name, outcome: 'skipped', ms: 0, runs: [], note: reason });
    return;
  }
  const client = connect(engine.address, PATIENT);
  const rendezvous = new Rendezvous(cases.length, restart);
  await Promise.all(
    cases.map(async (each) => {
      let asked = false;
      const ask = (): Promise<void> => {
        asked = true;
        return rendezvous.ask();
      };
      note(
        await runCase(each, engine, client, ask, () => {
          if (!asked) rendezvous.leave();
        }),
      );
    }),
  );
}

async function runCase(
  { name, run, timeoutMs = DEFAULT_TIMEOUT_MS }: Case,
  { address }: Engine,
  client: Client,
  restartEngine: () => Promise<void>,
  onEnd: () => void = () => undefined,
): Promise<CaseResult> {
  const context = new CaseContext({ client, address, restartEngine });
  const start = performance.now();
  const end = new AbortController();
  const timeout = delay(timeoutMs, undefined, { signal: end.signal }).then(() => {
    throw new Error(`no outcome within ${String(timeoutMs / 1000)} s`);
  });
  timeout.catch(() => undefined);
  const seen = (): Omit<CaseResult, 'outcome'> => ({
    name,
    ms: Math.round(performance.now() - start),
    runs: [...context.runs],
  });
  try {
    await Promise.race([run(context), timeout]);
    return { ...seen(), outcome: 'passed' };
  } catch (error) {
    return { ...seen(), outcome: 'failed', note: describeError(error) };
  } finally {
    onEnd();
    end.abort();
    await context.close();
  }
}
