import { parseArgs } from 'node:util';
import type { Comparison } from './events/compare.ts';
import { allocator, type CoreRatio } from './allocator/allocator.ts';
import { events } from './events/events.ts';
import { hatchet } from './hatchet/hatchet.ts';
import { overhead } from './overhead.ts';
import { perturbation, type Ratio } from './perturbation.ts';

const USAGE = `usage: npm run bench -- overhead [--pairs N] [--json]
       npm run bench -- perturbation [--seconds N] [--rounds-file FILE] [--json]    tps through benchbus over tps by hand
       npm run bench -- hatchet [--json]    the engine of HATCHET_CLIENT_TOKEN, else the embedded one
       npm run bench -- events [--events N] [--appends N] [--rounds N] [--json]    the log, beside the bare NATS client
       npm run bench -- allocator [--reservations N] [--reserved N] [--rounds N] [--json]    the network-allocator`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '5' },
    events: { type: 'string', default: '20000' },
    appends: { type: 'string', default: '5120' },
    rounds: { type: 'string', default: '5' },
    reservations: { type: 'string', default: '1000' },
    reserved: { type: 'string', default: '60000' },
    operations: { type: 'string', default: '20000' },
    'naive-ms': { type: 'string', default: '2000' },
    bits: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
    'rounds-file': { type: 'string' },
  },
});

/** Prints the result as one line of JSON, or as a sentence. */
function print<T extends object>(bench: string, result: T, sentence: (result: T) => string): void {
  console.log(values.json ? JSON.stringify({ bench, ...result }) : sentence(result));
}

const of = ({ ratio, perSecond }: Comparison): string => `${ratio.toFixed(2)} (${perSecond.toFixed(0)}/s)`;

const within = ({ ratio, low, high }: Ratio): string => `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;

const overEmpty = ({ blocks, fill, p99OverEmptyP50 }: CoreRatio): string =>
  `${p99OverEmptyP50.toFixed(2)} at ${100 * fill} % of ${blocks} blocks`;

if (positionals[0] === 'overhead') {
  print(
    'overhead',
    await overhead(Number(values.pairs)),
    ({ pairs, suiteSeconds, bareSeconds, ratio }) =>
      `suite ${suiteSeconds.toFixed(2)} s, the same by hand ${bareSeconds.toFixed(2)} s: ${ratio.toFixed(2)} × (median of ${pairs})`,
  );
} else if (positionals[0] === 'perturbation') {
  print(
    'perturbation',
    await perturbation(Number(values.seconds), values['rounds-file']),
    ({ pairs, kept, seconds, benchbus, log, runnerCpuCores }) =>
      `tps through benchbus over by hand: ${within(benchbus)}; pgbench -l alone: ${within(log)}; ${pairs} pairs (${kept} of them measured before) of ` +
      `${seconds} s; runner and scrapers: ${runnerCpuCores.toFixed(3)} cores`,
  );
} else if (positionals[0] === 'events') {
  print(
    'events',
    await events({ events: Number(values.events), appends: Number(values.appends), rounds: Number(values.rounds) }),
    ({ append, replay, replayPeakMiB, ...options }) =>
      `of the bare client: append one by one ${of(append.oneByOne)}, 256 at once ${of(append.atOnce256)}; replay of ` +
      `${options.events} events ${of(replay.validated)}, trusted ${of(replay.trusted)}; ${replayPeakMiB.toFixed(0)} MiB at most`,
  );
} else if (positionals[0] === 'allocator') {
  const { reservations, reserved, rounds } = values;
  print(
    'allocator',
    await allocator({
      reservations: Number(reservations),
      reserved: Number(reserved),
      rounds: Number(rounds),
      operations: Number(values.operations),
      naiveMs: Number(values['naive-ms']),
      bits: Number(values.bits),
    }),
    ({ core, endToEnd }) =>
      `core: p99 of a grant over p50 in an empty pool of the same size: ${core.ratios.map(overEmpty).join(', ')}; ` +
      `end to end ${of(endToEnd.empty)} of bare appends with nothing reserved, ${of(endToEnd.filled)} with ` +
      `${endToEnd.reserved} reserved: ${endToEnd.filledOverEmpty.toFixed(2)} × that`,
  );
} else if (positionals[0] === 'hatchet') {
  print(
    'hatchet',
    await hatchet(),
    ({ engine, engineVersion, grpcMs, taskMs, batchSeconds }) =>
      `${engine} engine ${engineVersion}: a task ${taskMs.median.toFixed(1)} ms (p95 ${taskMs.p95.toFixed(1)}), ` +
      `200 tasks over 50 slots ${batchSeconds.toFixed(2)} s; a bare gRPC call ${grpcMs.toFixed(1)} ms`,
  );
  process.exit(0); // the SDK keeps its channels open for as long as their process lives
} else {
  console.error(USAGE);
  process.exit(2);
}
