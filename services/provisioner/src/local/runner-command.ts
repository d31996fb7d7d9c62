import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryOf } from '@benchbus/service';

/** The edge runner of this workspace, as services start: with the telemetry register file before it. */
export function defaultRunnerCommand(): string[] {
  const telemetry = createRequire(import.meta.url).resolve('@benchbus/service/telemetry');
  const services = join(dirname(fileURLToPath(import.meta.url)), '../../..');
  return [process.execPath, '--import', telemetry, entryOf(join(services, 'edge-runner/src/main.ts'))];
}
