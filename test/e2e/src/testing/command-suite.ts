import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlainPostgres } from '@benchbus/service/testing';

/** The name by which the installation knows the server's password. */
const SECRET = 'PLAIN_SERVER_PASSWORD';

/** As the operator of an installation does. */
export const provideSecret = (stateDir: string, { password }: PlainPostgres): Promise<void> =>
  writeFile(join(stateDir, 'secrets', SECRET), password, { mode: 0o600 });

const hardware = { cores: 0.01, memory: '64MB', disk: '1GB' };

/** Small enough for many at once: a program that asks the database twice. Each has a database of its own on one server. */
const command = `began=$(date +%s%3N)
psql -qXAtc 'SELECT 1' >/dev/null && ok=true || ok=false
ended=$(date +%s%3N)
echo "{\\"type\\":\\"transaction\\",\\"name\\":\\"ask\\",\\"ok\\":$ok,\\"latencyMs\\":$((ended - began)),\\"endedAtMs\\":$ended}"`;

export const commandSuite = (suiteId: string, { connection: { host, port, user } }: PlainPostgres) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: suiteId,
  target: 'local',
  sharing: 'allowed',
  timeouts: { queue: '1h', provision: '20m', database: '20m', workload: '20m', artifacts: '20m' },
  tests: [
    {
      name: 'short',
      database: {
        connection: {
          url: `postgres://${user}@${host}:${port}/${suiteId}?sslmode=prefer`,
          password: { secret: SECRET },
        },
      },
      workload: { tool: 'command', command: ['sh', '-c', command], duration: '1s', hardware },
    },
  ],
});
