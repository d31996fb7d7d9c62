import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventName } from '@benchbus/events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Installation } from '../testing/installation.ts';
import { tinySuite } from '../testing/suites.ts';
import { startCollector, telemetryTo, type TestCollector } from './collector.ts';
import { rootOf } from './whole-suite.ts';
import { traceTree } from './trace-tree.ts';

/** Each service dies right after it, or another, has logged this. */
const KILLS: Readonly<Partial<Record<EventName, string>>> = {
  NetworkReserved: 'network-allocator',
  PlacementPlanned: 'provisioner',
  DatabaseReady: 'suite-dispatcher',
  ArtifactStored: 'artifact-store',
};

let collector: TestCollector;
let stack: Installation;
beforeAll(async () => {
  collector = await startCollector();
  stack = await Installation.start(telemetryTo(collector));
});
afterAll(async () => {
  expect(await stack.stop()).toEqual([]);
  await collector.stop();
});

it('a trace has one root and no orphan, though each service was killed amid its work', async () => {
  const file = join(stack.stateDir, 'tiny.json');
  writeFileSync(file, JSON.stringify(tinySuite('tiny', { durationSeconds: 2 })));
  const killed = new Set<string>();
  let suite = '';
  const following = await stack.bus.log.follow({
    from: 'now',
    onEvent: ({ name, correlation }) => {
      if (name === 'SuiteAccepted') suite = correlation;
      const victim = KILLS[name];
      if (victim === undefined || killed.has(victim)) return;
      killed.add(victim);
      process.kill(stack.pid(victim) ?? expect.fail(`no ${victim}`), 'SIGKILL');
    },
  });
  const { code, stdout, stderr } = await stack.cli('run', file, '--wait').finished;
  await following.stop();
  expect(code, stdout + stderr).toBe(0);
  expect(killed.size).toBe(Object.keys(KILLS).length);
  const { traceId } = await rootOf(collector, suite);
  await expect
    .poll(() => {
      const { roots, orphans } = traceTree(collector.spans, traceId);
      return [roots.map(({ name }) => name), orphans.map(({ service, name }) => `${service}: ${name}`)];
    })
    .toEqual([['suite'], []]);
});
