import { BenchbusError, type NatsSecurity } from '@benchbus/events';
import { isAlive } from '@benchbus/processes';
import { natsSecurity } from '@benchbus/service';
import { readStackFile, type StackFile } from '../stack/stack-file.ts';
import { stateRoot } from '../stack/state-dir.ts';

export interface Connection {
  readonly natsUrl: string;
  readonly installation: string | undefined;
  /** Root of the folder store, where it is known: that of the stack that runs here. */
  readonly artifactsDir: string | undefined;
  readonly from: '--nats' | 'NATS_URL' | 'stack';
  /** As whom, and by which certificates: NATS_CREDS_FILE, NATS_CA_FILE, NATS_CERT_FILE, NATS_KEY_FILE. The stack here needs none. */
  readonly security: NatsSecurity;
}

const FILES = ['NATS_CREDS_FILE', 'NATS_CA_FILE', 'NATS_CERT_FILE', 'NATS_KEY_FILE'] as const;
const securityIn = (env: NodeJS.ProcessEnv): NatsSecurity =>
  natsSecurity(Object.fromEntries(FILES.flatMap((name) => (env[name] ? [[name, env[name]]] : []))));

/**
 * Where the servers are: `--nats`, else NATS_URL, else the stack that runs in the state folder.
 * @throws BenchbusError NO_STACK | CONFIG_INVALID where one of those files cannot be read
 */
export function findConnection(given: string | undefined, env: NodeJS.ProcessEnv): Connection {
  const installation = env['BENCHBUS_INSTALLATION'];
  const artifactsDir = env['BENCHBUS_ARTIFACTS_DIR'];
  const ours = { installation, artifactsDir };
  if (given) return { natsUrl: given, ...ours, from: '--nats', security: securityIn(env) };
  if (env['NATS_URL']) return { natsUrl: env['NATS_URL'], ...ours, from: 'NATS_URL', security: securityIn(env) };
  const root = stateRoot(env);
  const stack = readStackFile(root);
  if (stack?.natsUrl && isAlive(stack.supervisor)) {
    const { natsUrl, artifactsDir } = stack;
    return { natsUrl, installation: stack.installation, artifactsDir, from: 'stack', security: {} };
  }
  throw noStack(root, stack);
}

function noStack(root: string, stack: StackFile | undefined): BenchbusError {
  const start = 'start one with `npx benchbus up`, or set NATS_URL (or --nats) to that of another installation';
  const [message, hint] =
    stack === undefined
      ? ['no stack runs here', start]
      : isAlive(stack.supervisor)
        ? ['the stack here is still starting', start]
        : [
            'the stack that ran here was killed',
            `\`npx benchbus up\` goes on with what is open${stack.natsUrl ? `; until then what is left of it may answer at --nats ${stack.natsUrl}` : ''}`,
          ];
  return new BenchbusError({ code: 'NO_STACK', message, where: root, hint });
}
