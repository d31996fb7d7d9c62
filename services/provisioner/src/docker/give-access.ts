import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@benchbus/docker';
import { BenchbusError } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';

/** Where a runner's container has what it needs to reach NATS: in its own layer, which no other container of the node sees. */
const DIR = 'run/benchbus-nats';
const FILES = { NATS_CA_FILE: 'ca.pem', NATS_CERT_FILE: 'cert.pem', NATS_KEY_FILE: 'key.pem' } as const;
const CODE = 'enrolment-code';
const CODE_FILE = 'BENCHBUS_ENROLMENT_CODE_FILE';

const given = (own: NodeJS.ProcessEnv) =>
  (Object.keys(FILES) as (keyof typeof FILES)[]).flatMap((name) => {
    const file = own[name];
    return file === undefined || file === '' ? [] : [{ name, file }];
  });

/** Our files of certificates mean nothing in a container: there they are elsewhere. */
export const accessVariables = (own: NodeJS.ProcessEnv, enrols: boolean): Record<string, string> => ({
  ...Object.fromEntries(given(own).map(({ name }) => [name, `/${DIR}/${FILES[name]}`])),
  ...(enrols && { [CODE_FILE]: `/${DIR}/${CODE}` }),
});

interface Receiver {
  /** The runner's container, which need not run. */
  readonly id: string;
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
  /** Single-use; undefined: the server knows no accounts. */
  readonly code: string | undefined;
}

const notPacked = (node: string) => ({
  code: 'ACCESS_NOT_PACKED',
  message: 'tar could not pack the certificates and the code of a runner',
  where: node,
  hint: 'GNU tar is needed beside the provisioner',
});

/** Puts certificates and enrolment code into a container before it starts: neither is in its variables or labels. */
export async function giveAccess(engine: Engine, { id, node, env, code }: Receiver): Promise<void> {
  const files = given(env);
  if (files.length === 0 && code === undefined) return;
  const staging = mkdtempSync(join(tmpdir(), 'benchbus-access-'));
  try {
    const dir = join(staging, DIR);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const { name, file } of files) copyFileSync(file, join(dir, FILES[name]));
    if (code !== undefined) writeFileSync(join(dir, CODE), `${code}\n`, { mode: 0o600 });
    await namedEffect('access-give', () =>
      engine.ask({ doing: 'put certificates into a container', node }, async () => {
        const words = ['-C', staging, '--owner=0', '--group=0', '--mode=u+rwX,go=', '-c', DIR];
        const tar = spawn('tar', words, { stdio: ['ignore', 'pipe', 'ignore'] });
        // Rejected, too, where there is no such program.
        const failed = () => {
          throw new BenchbusError(notPacked(node));
        };
        const whole = once(tar, 'close').then(([exit]) => exit === 0 || failed(), failed);
        const put = engine.docker.getContainer(id).putArchive(tar.stdout, { path: '/' });
        await Promise.all([whole, put]).finally(() => tar.kill());
      }),
    );
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
