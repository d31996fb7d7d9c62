import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const kind = (name: string, extra: object = {}) => ({
  test: {
    name,
    include: [`{libs,services,apps,test,tools,bench}/**/*.${name}.spec.{ts,mjs}`],
    exclude: ['**/node_modules/**'],
    ...extra,
  },
});

/** Two cores that build images, servers and stacks at once stand still for a while now and then: once more, in CI alone. */
const retry = process.env['CI'] === 'true' ? 1 : 0;

export default defineConfig({
  test: {
    sequence: { shuffle: true },
    // Its default on two cores is one; most of what the tests do is wait for servers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      // Far above what any takes: a loaded machine is slow, and no test is about speed.
      kind('unit', { testTimeout: 60_000 }),
      kind('int', { testTimeout: 60_000, hookTimeout: 120_000, retry }),
      kind('long', { testTimeout: 3_600_000, hookTimeout: 120_000, fileParallelism: false }),
      kind('e2e', { testTimeout: 600_000, hookTimeout: 120_000, retry }),
    ],
  },
});
