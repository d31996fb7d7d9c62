import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { meanInterval, valuesOf } from '@benchbus/results';
import { bareBenchmark, type BareOptions } from './floor/bare-benchmark.ts';
import { startStack } from './stack.ts';

/** The 95 % interval is to be no wider than this on either side. */
const WANTED = 0.03;
const [LEAST, MOST] = [10, 40];
const WARMUP_SECONDS = 3;

export interface Ratio {
  /** Geometric mean of the pairs' ratios of tps. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export interface Perturbation {
  readonly pairs: number;
  /** Of these pairs, how many were measured before, and kept in the file. */
  readonly kept: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** Through benchbus, over by hand without a log of transactions. */
  readonly benchbus: Ratio;
  /** By hand with `pgbench -l`, over by hand without. */
  readonly log: Ratio;
  /** CPU seconds of the runner, its sampling of machine and server included, for each second of load. */
  readonly runnerCpuCores: number;
}

const hardware = { cores: 1, memory: '1GB', disk: '2GB' };
const load = { scale: 10, clients: 4 };

const suite = (seconds: number) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 'perturbation',
  target: 'local',
  tests: [
    {
      name: 'tpcb',
      database: {
        topology: {
          postgres: { version: 'installed' },
          nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }],
        },
      },
      workload: {
        tool: 'pgbench',
        ...load,
        threads: 1,
        warmup: `${WARMUP_SECONDS}s`,
        duration: `${seconds}s`,
        hardware,
      },
    },
  ],
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function ratioOf(of: readonly number[], to: readonly number[]): Ratio {
  const ratios = of.map((value, index) => value / (to[index] ?? NaN));
  const interval = meanInterval(ratios) ?? { low: 0, high: Infinity };
  return { ratio: Math.exp(mean(ratios.map(Math.log))), ...interval };
}

const isTight = ({ ratio, low, high }: Ratio): boolean => Math.max(ratio - low, high - ratio) <= WANTED;

/** What one round measured: tps, and the runner's CPU cores, a value a second. */
interface Round {
  /** Of each of its measurements. */
  readonly seconds: number;
  readonly plain: number;
  readonly logged: number;
  readonly benchbus: number;
  readonly runnerCpuCores: readonly number[];
}

/** Those that were measured as long. */
const readRounds = (file: string | undefined, seconds: number): Round[] =>
  file === undefined || !existsSync(file)
    ? []
    : readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Round)
        .filter((round) => round.seconds === seconds);

function summaryOf(rounds: readonly Round[], seconds: number): Omit<Perturbation, 'kept'> {
  const plain = rounds.map((round) => round.plain);
  return {
    pairs: rounds.length,
    seconds,
    benchbus: ratioOf(
      rounds.map((round) => round.benchbus),
      plain,
    ),
    log: ratioOf(
      rounds.map((round) => round.logged),
      plain,
    ),
    runnerCpuCores: mean(rounds.flatMap((round) => round.runnerCpuCores)),
  };
}

/**
 * Does measuring through benchbus change what is measured? TPC-B by hand, by hand with a log of every transaction, and through
 * benchbus, in turns, until the interval is tight: whoever else uses the machine disturbs all three.
 * @param file rounds of this machine are kept there, a JSON line each, and gone on from: a busy hour need not be sat out
 */
export async function perturbation(seconds: number, file?: string): Promise<Perturbation> {
  const rounds = readRounds(file, seconds);
  const kept = rounds.length;
  const stack = await startStack();
  const bare: BareOptions = { ...load, warmupSeconds: WARMUP_SECONDS, seconds, fsync: 'on', log: false };
  try {
    while (rounds.length < LEAST || (rounds.length < MOST && !isTight(summaryOf(rounds, seconds).benchbus))) {
      let round: Round = { seconds, plain: NaN, logged: NaN, benchbus: NaN, runnerCpuCores: [] };
      const turns = [
        async () => (round = { ...round, plain: await bareBenchmark(bare) }),
        async () => (round = { ...round, logged: await bareBenchmark({ ...bare, log: true }) }),
        async () => {
          const { summary, metrics } = await stack.runSuite(`perturbation-${rounds.length}`, suite(seconds));
          const runnerCpuCores = metrics ? valuesOf(metrics, 'runnerCpuCores') : [];
          round = { ...round, benchbus: summary.tps, runnerCpuCores };
        },
      ];
      // Each comes first, second and last as often as the others.
      for (let turn = 0; turn < turns.length; turn += 1) await turns[(rounds.length + turn) % turns.length]?.();
      rounds.push(round);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(round)}\n`);
    }
  } finally {
    await stack.stop();
  }
  return { ...summaryOf(rounds, seconds), kept };
}
