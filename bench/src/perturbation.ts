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

/**
 * Does measuring through benchbus change what is measured? TPC-B by hand, by hand with a log of every transaction, and through
 * benchbus, in turns, until the interval is tight: whoever else uses the machine disturbs all three.
 */
export async function perturbation(seconds: number): Promise<Perturbation> {
  const stack = await startStack();
  const bare: BareOptions = { ...load, warmupSeconds: WARMUP_SECONDS, seconds, fsync: 'on', log: false };
  const [benchbus, plain, logged, cpu]: [number[], number[], number[], number[]] = [[], [], [], []];
  const turns = [
    async () => plain.push(await bareBenchmark(bare)),
    async () => logged.push(await bareBenchmark({ ...bare, log: true })),
    async () => {
      const { summary, metrics } = await stack.runSuite(`perturbation-${benchbus.length}`, suite(seconds));
      benchbus.push(summary.tps);
      if (metrics) cpu.push(...valuesOf(metrics, 'runnerCpuCores'));
    },
  ];
  try {
    for (let pair = 0; pair < MOST; pair += 1) {
      // Each comes first, second and last as often as the others.
      for (let turn = 0; turn < turns.length; turn += 1) await turns[(pair + turn) % turns.length]?.();
      if (pair + 1 >= LEAST && isTight(ratioOf(benchbus, plain))) break;
    }
  } finally {
    await stack.stop();
  }
  return {
    pairs: benchbus.length,
    seconds,
    benchbus: ratioOf(benchbus, plain),
    log: ratioOf(logged, plain),
    runnerCpuCores: cpu.length === 0 ? NaN : mean(cpu),
  };
}
