import { BenchbusError } from '@benchbus/events';
import { isAlive } from '@benchbus/processes';
import { readStackFile } from '../stack/stack-file.ts';
import { stateRoot } from '../stack/state-dir.ts';

export interface Connection {
  readonly natsUrl: string;
  readonly installation: string | undefined;
  /** Root of the folder store, where it is known: that of the stack that runs here. */
  readonly artifactsDir: string | undefined;
  readonly from: '--nats' | 'NATS_URL' | 'stack';
}

/**
 * Where the servers are: `--nats`, else NATS_URL, else the stack that runs in the state folder.
 * @throws BenchbusError NO_STACK
 */
export function findConnection(given: string | undefined, env: NodeJS.ProcessEnv): Connection {
  const installation = env['BENCHBUS_INSTALLATION'];
  const artifactsDir = env['BENCHBUS_ARTIFACTS_DIR'];
  if (given) return { natsUrl: given, installation, artifactsDir, from: '--nats' };
  if (env['NATS_URL']) return { natsUrl: env['NATS_URL'], installation, artifactsDir, from: 'NATS_URL' };
  const root = stateRoot(env);
  const stack = readStackFile(root);
  if (stack?.natsUrl && isAlive(stack.supervisor)) {
    const { natsUrl, artifactsDir } = stack;
    return { natsUrl, installation: stack.installation, artifactsDir, from: 'stack' };
  }
  throw new BenchbusError({
    code: 'NO_STACK',
    message: stack && isAlive(stack.supervisor) ? 'the stack here is still starting' : 'no stack runs here',
    where: root,
    hint: 'start one with `npx benchbus up`, or set NATS_URL (or --nats) to that of another installation',
  });
}
