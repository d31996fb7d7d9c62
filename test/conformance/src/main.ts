import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ALL_CASES } from './cases/index.ts';
import { startEmbedded } from './engines/embedded.ts';
import { ENGINE_KINDS, type Engine, type EngineKind } from './engines/engine.ts';
import { startReal } from './engines/real.ts';
import { useRunning } from './engines/running.ts';
import { writeDocument } from './report/documents.ts';
import { describeError } from './runner/describe-error.ts';
import type { CaseResult } from './runner/run-cases.ts';
import { serve } from './serve.ts';
import { runConformance } from './run-conformance.ts';

const USAGE = `usage: npm run conformance -- --engine embedded|real [options]

  --engine embedded        starts libs/hatchet-embedded itself
  --engine real            the engine of HATCHET_CLIENT_TOKEN, _HOST_PORT, _API_URL, _TLS_STRATEGY
    --restart-command CMD    kills and starts that engine (for the cases about restarts; without it they are skipped)
    --binary DIR             instead: hatchet-lite, -admin and -migrate in DIR, with a PostgreSQL of its own
  --only TEXT              cases with this in their name; may be repeated
  --json FILE              writes the machine-readable result
  --parallel N             cases at once, default 4, and as many that mostly wait
  --serve FILE             runs no cases: writes HATCHET_CLIENT_* of the engine to FILE and keeps it until Ctrl-C
  --list                   names the cases and what they expect

       npm run conformance -- --table    writes the table of docs/reference/hatchet-conformance.md from its JSON files`;

function usage(code: number): never {
  (code === 0 ? console.log : console.error)(USAGE);
  process.exit(code);
}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    console.error(describeError(error));
    return usage(2);
  }
}

const OPTIONS = {
  help: { type: 'boolean', default: false },
  engine: { type: 'string' },
  'restart-command': { type: 'string' },
  binary: { type: 'string' },
  only: { type: 'string', multiple: true },
  json: { type: 'string' },
  parallel: { type: 'string', default: '4' },
  serve: { type: 'string' },
  list: { type: 'boolean', default: false },
  table: { type: 'boolean', default: false },
} as const;
const values = readArguments();
if (values.help) usage(0);

/** npm runs scripts in the package's root; paths mean what they meant where the user typed them. */
const fromHere = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path);

const isKind = (text: string | undefined): text is EngineKind => ENGINE_KINDS.some((kind) => kind === text);

function begin(kind: EngineKind): Promise<Engine> {
  if (kind === 'embedded') return startEmbedded();
  if (values.binary === undefined) return useRunning(values['restart-command']);
  return startReal(fromHere(values.binary));
}

function print({ name, outcome, ms, note }: CaseResult): void {
  console.log(`${outcome.padEnd(8)} ${name.padEnd(42)} ${String(ms).padStart(7)} ms${note ? `  ${note}` : ''}`);
}

const only = values.only ?? [];
const selected = ALL_CASES.filter(({ name }) => only.length === 0 || only.some((text) => name.includes(text)));
if (values.list) {
  for (const { name, expectation } of selected) console.log(`${name.padEnd(42)} ${expectation}`);
  process.exit(0);
}
if (values.table) {
  writeDocument();
  process.exit(0);
}
if (!isKind(values.engine) || selected.length === 0 || !(Number(values.parallel) >= 1)) usage(2);

process.setMaxListeners(0); // each of the SDK's workers listens to signals
// The SDK lets rejections of what nobody awaits any more (after a failed case) escape.
process.on('unhandledRejection', (reason) => console.error('unhandled:', describeError(reason)));

let engine: Engine | undefined;
const stop = async (): Promise<void> => engine?.stop();
try {
  engine = await begin(values.engine);
  if (values.serve !== undefined) {
    await serve(engine, fromHere(values.serve));
    await stop();
    process.exit(0);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }
  const report = await runConformance(engine, selected, { parallel: Number(values.parallel), onResult: print });
  if (values.json !== undefined) await writeFile(fromHere(values.json), `${JSON.stringify(report, null, 2)}\n`);
  console.log(
    `\n${report.engine} ${report.engineVersion}, SDK ${report.sdkVersion}: ${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped in ${report.seconds} s`,
  );
  process.exitCode = report.failed > 0 ? 1 : 0;
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 2;
} finally {
  await stop();
}
process.exit(); // the SDK keeps channels open for as long as their process lives
