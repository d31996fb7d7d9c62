import { BenchbusError } from '@benchbus/events';
import { isAlive } from '@benchbus/processes';
import { readHatchetConfig } from '@benchbus/tasks/config';
import { factsText, probeEngine } from '@benchbus/tasks/probe';
import { ENGINE_ANSWERS_MS, hatchetEnv } from '../stack/hatchet.ts';
import { readStackFile } from '../stack/stack-file.ts';
import { stateRoot } from '../stack/state-dir.ts';
import type { Finding } from './check.ts';

/** The engine is not there now; everything else has to be corrected. */
const AWAY = 'HATCHET_UNREACHABLE';

/** The Hatchet engine in use: the one of HATCHET_CLIENT_TOKEN, else the embedded one of the stack that runs here. */
export function hatchetReachable(env: NodeJS.ProcessEnv): () => Promise<Finding> {
  const name = 'Hatchet engine';
  return async () => {
    const external = Boolean(env['HATCHET_CLIENT_TOKEN']);
    const file = external ? undefined : readStackFile(stateRoot(env));
    const embedded = file && isAlive(file.supervisor) ? file.hatchet : undefined;
    if (!external && !embedded)
      return { name, status: 'ok', found: 'no HATCHET_CLIENT_TOKEN: `benchbus up` starts the embedded one' };
    const which = external ? 'external' : 'embedded';
    try {
      const config = readHatchetConfig(embedded ? hatchetEnv(embedded) : env);
      return { name, status: 'ok', found: `${which}, ${factsText(await probeEngine(config, ENGINE_ANSWERS_MS))}` };
    } catch (error) {
      if (!(error instanceof BenchbusError)) throw error;
      return wrong(name, which, error);
    }
  };
}

function wrong(name: string, which: string, { code, message, where, hint }: BenchbusError): Finding {
  const status = code === AWAY ? 'unreachable' : 'fail';
  const found = `${which}, ${where ?? ''}: ${message} [${code}]`;
  return { name, status, found, ...(hint === undefined ? {} : { hint }) };
}
