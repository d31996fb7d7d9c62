const hardware = { cores: 0.5, memory: '256MB', disk: '1GB' };

/** One server, and a second of pgbench. */
const test = (name: string, repeat: { readonly times: number; readonly reset: string }, settings: object = {}) => ({
  name,
  repeat,
  database: {
    topology: {
      postgres: { settings: { fsync: 'off', ...settings } },
      nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }],
    },
  },
  workload: { tool: 'pgbench', scale: 1, duration: '1s', warmup: '0s', hardware },
});

/** Two sides that are compared, each twice from kept data that they share; and a test measured twice without a reset. */
export const repeatedSuite = {
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 'repeated',
  target: 'local',
  hardwarePolicy: 'clamp',
  tests: [
    test('a', { times: 2, reset: 'data' }, { work_mem: '4MB' }),
    test('b', { times: 2, reset: 'data' }, { work_mem: '8MB' }),
    test('same', { times: 2, reset: 'none' }),
  ],
};
