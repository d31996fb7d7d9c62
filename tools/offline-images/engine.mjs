import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../lib/failure.mjs';
import { outputOf, say } from '../lib/run-command.mjs';
import { dockerOn, engineAnswers } from './docker.mjs';

const START_MS = 60_000;
const STOP_MS = 60_000;
const DEFAULT_HOST = 'unix:///var/run/docker.sock';

const at = (folder) => ({
  host: `unix://${join(folder, 'docker.sock')}`,
  pidFile: join(folder, 'dockerd.pid'),
  log: join(folder, 'dockerd.log'),
});

/** An engine that is there already: the one that DOCKER_HOST names, else the machine's; undefined if none answers. */
export function existingEngine(env = process.env) {
  const named = env.DOCKER_HOST;
  if (named) {
    if (engineAnswers(named)) return named;
    throw new Failure({
      code: 'DOCKER_UNREACHABLE',
      message: `no engine answers at DOCKER_HOST=${named}`,
      hint: 'start it, or unset DOCKER_HOST: then one is started for the tests alone',
    });
  }
  return existsSync('/var/run/docker.sock') && engineAnswers(DEFAULT_HOST) ? DEFAULT_HOST : undefined;
}

/**
 * Starts an engine with everything of its own below `folder` (short: its sockets' paths have at most 107 bytes), and waits
 * until it answers. `options`: more arguments of dockerd. Returns its DOCKER_HOST.
 */
export async function startEngine(folder, options = []) {
  const { host, pidFile, log } = at(folder);
  mkdirSync(folder, { recursive: true });
  rmSync(pidFile, { force: true });
  const out = openSync(log, 'a');
  const own = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', pidFile];
  // Its own networks are out of the way of ours (10.2.0.0/16) and of what Docker takes by default on such machines.
  const apart = ['--default-address-pool', 'base=172.28.0.0/14,size=24'];
  const child = spawn('dockerd', [...own, '-H', host, ...apart, ...options], {
    detached: true,
    stdio: ['ignore', out, out],
  });
  const failed = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  child.unref();
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (engineAnswers(host)) return host;
    const why = await Promise.race([failed, delay(100)]);
    if (why === undefined && Date.now() < deadline) continue;
    if (why === undefined) process.kill(-child.pid, 'SIGTERM');
    const tail = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-15).join('\n') : '';
    const message = `dockerd did not start: ${why ?? `no answer within ${START_MS} ms`}\n${tail}`;
    throw new Failure({ code: 'DOCKERD_FAILED', message, hint: 'it needs root, cgroups and iptables' });
  }
}

/** A dead one whose parent has not noticed has no command line. */
const isEngine = (pid) => {
  try {
    return pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dockerd');
  } catch {
    return false;
  }
};

/** Ends an engine that startEngine started in `folder`, with all its containers, and removes the folder. Repeatable. */
export async function stopEngine(folder) {
  const { host, pidFile } = at(folder);
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  if (isEngine(pid)) {
    const docker = dockerOn(host);
    const containers = docker.ask('ps', '-aq')?.split('\n').filter(Boolean) ?? [];
    if (containers.length > 0) docker.ask('rm', '-fv', ...containers);
    process.kill(pid, 'SIGTERM');
    const deadline = Date.now() + STOP_MS;
    while (isEngine(pid) && Date.now() < deadline) await delay(50);
    if (isEngine(pid)) {
      say(`dockerd (pid ${pid}) does not end: killing it`);
      process.kill(pid, 'SIGKILL');
    }
  }
  // What a killed engine leaves mounted below its folder would be emptied by a removal, or keep it from it.
  const mounts = (outputOf('cat', ['/proc/mounts']) ?? '').split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse())
    outputOf('umount', ['-l', mount]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
