import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@benchbus/service/testing';

export interface TestRegistry {
  /** `127.0.0.1:<port>`: the engine of this machine takes it without TLS. */
  readonly host: string;
  readonly username: string;
  /** With a colon in it. */
  readonly password: string;
  start(): Promise<void>;
  /** Its images stay. */
  stop(): Promise<void>;
  /** Pushes an image of the engine under its own name there, and returns that name; the engine has it no more then. */
  push(image: string, as: string): string;
  close(): Promise<void>;
}

/** bcrypt, as docker-registry wants it, by the C library: Debian's has it. */
const htpasswd = (user: string, password: string): string => {
  const salt = `$2y$05$${randomBytes(16).toString('hex').slice(0, 21)}u`;
  const program = 'print crypt($ENV{PLAIN}, $ENV{SALT})';
  const env = { ...process.env, PLAIN: password, SALT: salt };
  return `${user}:${execFileSync('perl', ['-e', program], { env, encoding: 'utf8' })}\n`;
};

/**
 * Debian's docker-registry on a free loopback port, which asks everybody for a password; `open`: nobody, as a mirror of Docker
 * Hub does.
 */
export async function startTestRegistry({ open = false } = {}): Promise<TestRegistry> {
  const root = mkdtempSync(join(tmpdir(), 'bb-registry-'));
  const port = await freePort();
  const [host, username] = [`127.0.0.1:${port}`, 'ann'];
  const password = `pa:ss-${randomBytes(8).toString('hex')}`;
  writeFileSync(join(root, 'htpasswd'), htpasswd(username, password));
  const config = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(root, 'storage') } },
    http: { addr: host },
    ...(open ? {} : { auth: { htpasswd: { realm: 'benchbus', path: join(root, 'htpasswd') } } }),
  };
  writeFileSync(join(root, 'registry.yml'), JSON.stringify(config)); // JSON is YAML
  let running: ReturnType<typeof spawn> | undefined;
  const registry: TestRegistry = {
    ...{ host, username, password },
    start: async () => {
      const child = (running = spawn('docker-registry', ['serve', join(root, 'registry.yml')], { stdio: 'ignore' }));
      const ended = once(child, 'exit').then(() => 'ended' as const);
      for (;;) {
        const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
        if (answer?.status === (open ? 200 : 401)) return;
        if (answer !== undefined) throw new Error(`the registry answers ${answer.status}`);
        // It tells nobody that it listens.
        const pause = new Promise<'go on'>((resolve) => setTimeout(() => resolve('go on'), 50));
        if ((await Promise.race([ended, pause])) === 'ended') throw new Error('docker-registry ended at its start');
      }
    },
    stop: async () => {
      const child = running;
      running = undefined;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL'); // it has no data that is not on the disk
      await ended;
    },
    push: (image, as) => {
      const name = `${host}/${as}`;
      const config = join(root, 'docker');
      mkdirSync(config, { recursive: true });
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
      const env = { ...process.env, DOCKER_CONFIG: config };
      const docker = (...args: string[]) => execFileSync('docker', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
      docker('tag', image, name);
      docker('push', '-q', name);
      docker('rmi', name, image);
      return name;
    },
    close: async () => {
      await registry.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  await registry.start();
  return registry;
}
