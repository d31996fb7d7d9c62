import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@benchbus/service/testing';
import { engineAddress } from '../engine-address.ts';
import { Engine } from '../engine.ts';

export interface PrivateEngine {
  readonly engine: Engine;
  /** `tcp://127.0.0.1:<port>`, for those who have certificates, where it was asked for. */
  readonly tlsHost: string;
  /** The folder, on a file system of its own, that holds its images, volumes and containers. */
  readonly dataRoot: string;
  stop(): Promise<void>;
}

export interface PrivateEngineOptions {
  readonly diskBytes: number;
  /** Folder that makeCertificates made: it listens to its clients, too. */
  readonly certificates?: string;
  /** `host:port` of a registry that is asked instead of Docker Hub. */
  readonly mirror?: string;
}

/**
 * A dockerd of the test's own, whose data are on a disk (of memory) of so many bytes. It makes no firewall rules: those of the
 * machine's other engine stay as they are, and its containers do not reach each other. It has a bridge of its own: one that is
 * told to have none removes `docker0`, which is the other engine's.
 */
export async function startPrivateEngine(options: PrivateEngineOptions): Promise<PrivateEngine> {
  const { diskBytes, certificates, mirror } = options;
  const folder = mkdtempSync('/tmp/bbe-'); // short: its sockets' paths have at most 107 bytes
  const [dataRoot, socket] = [join(folder, 'data'), join(folder, 'docker.sock')];
  mkdirSync(dataRoot);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'benchbus-test', dataRoot]);
  const log = openSync(join(folder, 'log'), 'a');
  const own = ['--data-root', dataRoot, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')];
  const bridge = basename(folder); // at most 15 bytes
  execFileSync('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
  const apart = ['--bridge', bridge, '--iptables=false', '--ip6tables=false'];
  const tlsHost = `tcp://127.0.0.1:${await freePort()}`;
  const files = Object.entries({ tlscacert: 'ca', tlscert: 'server', tlskey: 'server-key' });
  const tls =
    certificates === undefined
      ? []
      : ['--tlsverify', '-H', tlsHost, ...files.map(([option, name]) => `--${option}=${join(certificates, name)}.pem`)];
  const hub = mirror === undefined ? [] : [`--registry-mirror=http://${mirror}`];
  const args = [...own, ...apart, ...tls, ...hub, '-H', `unix://${socket}`];
  const dockerd = spawn('dockerd', args, { stdio: ['ignore', log, log] });
  const ended = once(dockerd, 'exit');
  const engine = new Engine(engineAddress({ DOCKER_HOST: `unix://${socket}` }), 30_000);
  const stop = async (): Promise<void> => {
    dockerd.kill('SIGTERM');
    await ended;
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const ours = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`));
    for (const path of ours.reverse()) execFileSync('umount', ['-l', path]);
    execFileSync('ip', ['link', 'delete', bridge]);
    rmSync(folder, { recursive: true, force: true });
  };
  for (;;) {
    if (await engine.answers()) return { engine, tlsHost, dataRoot, stop };
    // It tells nobody that it listens.
    const over = await Promise.race([ended.then(() => true), delay(50).then(() => false)]);
    if (!over) continue;
    const said = readFileSync(join(folder, 'log'), 'utf8');
    await stop();
    throw new Error(`dockerd ended at its start:\n${said}`);
  }
}
