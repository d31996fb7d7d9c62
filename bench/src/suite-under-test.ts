const hardware = { cores: 1, memory: '512MB', disk: '1GB' };

/** As small as a suite can be and still be real; `floor/bare-benchmark.ts` does the same by hand. */
export const suiteUnderTest = {
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 'overhead',
  target: 'local',
  tests: [
    {
      name: 'one second',
      database: {
        topology: {
          postgres: { version: 'installed', settings: { fsync: 'off' } },
          nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }],
        },
      },
      workload: { tool: 'pgbench', scale: 1, clients: 2, threads: 1, warmup: '0s', duration: '1s', hardware },
    },
  ],
};
