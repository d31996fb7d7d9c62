import { parseArgs } from 'node:util';
import { hatchet } from './hatchet/hatchet.ts';
import { overhead } from './overhead.ts';

const USAGE = `usage: npm run bench -- overhead [--pairs N] [--json]
       npm run bench -- hatchet [--json]    the engine of HATCHET_CLIENT_TOKEN, else the embedded one`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, pairs: { type: 'string', default: '5' } },
});

/** Prints the result as one line of JSON, or as a sentence. */
function print<T extends object>(bench: string, result: T, sentence: (result: T) => string): void {
  console.log(values.json ? JSON.stringify({ bench, ...result }) : sentence(result));
}

if (positionals[0] === 'overhead') {
  print(
    'overhead',
    await overhead(Number(values.pairs)),
    ({ pairs, suiteSeconds, bareSeconds, ratio }) =>
      `suite ${suiteSeconds.toFixed(2)} s, the same by hand ${bareSeconds.toFixed(2)} s: ${ratio.toFixed(2)} × (median of ${pairs})`,
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
