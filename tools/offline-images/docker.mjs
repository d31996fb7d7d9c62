import { spawnSync } from 'node:child_process';
import { Failure } from '../lib/failure.mjs';
import { outputOf } from '../lib/run-command.mjs';

/** The docker command line on one engine. The classic builder: Debian's has no BuildKit front end. */
export function dockerOn(host) {
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0' };
  return {
    host,
    env,
    /** Trimmed standard output; undefined if it failed. */
    ask: (...args) => outputOf('docker', args, { env })?.trim(),
    /** @throws Failure DOCKER_FAILED with what it wrote */
    run(args, options = {}) {
      const done = spawnSync('docker', args, { env, encoding: 'utf8', maxBuffer: 2 ** 28, ...options });
      if (done.status === 0) return done.stdout;
      const wrote = `${done.stdout ?? ''}\n${done.stderr ?? ''}${done.error?.message ?? ''}`.trim();
      const tail = wrote.split('\n').slice(-30).join('\n');
      throw new Failure({ code: 'DOCKER_FAILED', message: `docker ${args.join(' ')}:\n${tail}`, exitCode: 1 });
    },
  };
}

export const engineAnswers = (host) => dockerOn(host).ask('version', '--format', '{{.Server.Version}}') !== undefined;
