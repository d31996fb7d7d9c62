import { startTelemetry } from '@benchbus/service';
import { run } from './run.ts';

/**
 * Entry of the runner in one file (`npm run build:edge`). A single executable's main script is CommonJS, which has no
 * `await` at its top; and nobody gives it `--import`, so that it starts telemetry by itself.
 */
async function main(): Promise<void> {
  await startTelemetry('services/edge-runner/src/main.ts');
  // A single executable has its own path twice where a script would have its name.
  await run(process.argv.slice(2), process.env);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
