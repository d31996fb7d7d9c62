import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectBus, decideAndAppend, subjects } from '@benchbus/events';
import { mappedNames } from '../adapters/shared-memory.ts';
import { localUser } from '../local/local-user.ts';

/**
 * A small edge runner for this service's tests: starts a real PostgreSQL on its node's address (unless `--no-database`),
 * writes shm.json, says EdgeRunnerReady, then does nothing until it is killed. `--fail` ends at once with an error,
 * `--silent` never says ready. A restarted one adopts the running server.
 */
const env = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const mode = process.argv[2] ?? '';
const [runId, node, dir] = [env('BENCHBUS_RUN'), env('BENCHBUS_NODE'), env('BENCHBUS_NODE_DIR')];
const bin = '/usr/lib/postgresql/15/bin';

if (mode === '--fail') {
  process.stderr.write(`the fixture fails on purpose; its password is ${env('BENCHBUS_DB_PASSWORD')}\n`);
  process.exit(3);
}

function asUser(command: string, args: string[]): [string, string[]] {
  const user = localUser(process.env['BENCHBUS_LOCAL_USER']);
  if (user === undefined) return [command, args];
  return ['setpriv', [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', command, ...args]];
}

function postmasterPid(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return process.kill(pid, 0) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function startPostgres(address: string): Promise<void> {
  const data = join(dir, 'data');
  if (postmasterPid(data) === undefined) {
    if (!existsSync(data)) {
      mkdirSync(data, { mode: 0o700 });
      const user = localUser(process.env['BENCHBUS_LOCAL_USER']);
      if (user !== undefined) chownSync(data, user.uid, user.gid);
      execFileSync(...asUser(`${bin}/initdb`, ['-D', data, '-U', 'postgres', '-N', '--auth=trust']), {
        stdio: 'ignore',
      });
    }
    const log = openSync(join(dir, 'postgres.log'), 'a');
    const settings = [`listen_addresses=${address}`, 'unix_socket_directories=', 'fsync=off'];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    spawn(...asUser(`${bin}/postgres`, args), { detached: true, stdio: ['ignore', log, log] }).unref();
  }
  for (;;) {
    try {
      execFileSync(`${bin}/pg_isready`, ['-h', address, '-q']);
      break;
    } catch {
      await delay(50); // a server tells nobody when it begins to take connections
    }
  }
  writeFileSync(join(dir, 'shm.json'), JSON.stringify(mappedNames(postmasterPid(data) ?? 0)));
}

const instance = `${process.pid}-fixture`;
const bus = await connectBus({
  servers: env('NATS_URL'),
  name: `fixture-${runId}-${node}`,
  source: 'benchbus/fixture',
});
await bus.liveness.hold(`edge.${runId}.${node}`, { instance });
const plan = (await bus.log.read(subjects.deployment(runId))).findLast((event) => event.name === 'PlacementPlanned');
const planned = plan?.data.plan.nodes.find(({ name }) => name === node);
if (planned === undefined) throw new Error(`no plan for ${runId}/${node}`);
if (planned.purpose === 'database' && mode !== '--no-database') await startPostgres(planned.address);
const subject = subjects.edge(runId, node);
if (mode !== '--silent')
  await decideAndAppend(bus.log, subject, () => ({
    name: 'EdgeRunnerReady',
    subject,
    data: { runId, node, instance, version: '0' },
    cause: `${env('BENCHBUS_FENCE')} ${instance}`,
    correlation: env('BENCHBUS_SUITE'),
  }));
process.stdout.write('fixture is ready\n');
