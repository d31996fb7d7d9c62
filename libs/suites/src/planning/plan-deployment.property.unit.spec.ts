import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Test } from '../model/suite.ts';
import { contains } from '../network/cidr.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import { demandOf, sumOf } from './demand.ts';
import type { PlaceholderValues } from './placeholders.ts';
import { placeholdersOf, resolvePlaceholders } from './placeholders.ts';
import { planDeployment } from './plan-deployment.ts';
import type { PlanRequest } from './plan-deployment.ts';
import type { Launch, Plan } from './plan.ts';
import { launchOf, plan as planModel } from './plan.ts';
import { startOrder } from './start-order.ts';

const machine = fc.record({
  cores: fc.integer({ min: 1, max: 64 }),
  memoryBytes: fc.integer({ min: 1e9, max: 2 ** 40 }),
});
const requests = fc
  .record({ suite: suiteArbitrary, host: machine, prefix: fc.integer({ min: 20, max: 27 }) })
  .map(({ suite, host, prefix }) => {
    const settings = { ...suite.settings, hardwarePolicy: 'clamp' as const };
    return suite.tests.map((test): PlanRequest => ({ test, settings, cidr: `10.2.0.0/${prefix}`, host }));
  });

const commandsOf = ({ prepare = [], run, afterStart = [], jobs = [] }: Launch) => [
  ...prepare,
  ...(run ? [run] : []),
  ...afterStart,
  ...jobs.map(({ command }) => command),
];
/** Where an operator's secret may not stand, and where it may. */
const publicTemplates = (launch: Launch): string[] => [
  ...launch.files.map(({ content }) => content),
  ...commandsOf(launch).flatMap(({ args }) => args),
];
const templates = (launch: Launch): string[] => [...publicTemplates(launch), ...Object.values(launch.env)];

/** What the coded problems of a topology are: a plan is refused for nothing else. */
const REFUSED =
  /^(REPLICA_|REPLICATION_SETTING$|SETTING_RESERVED$|PATRONI_SETTING_IS_CLUSTER_WIDE$|PORT_TAKEN_TWICE$|POOL_)/;

function judge(request: PlanRequest, plan: Plan): void {
  expect(planModel.parse(plan)).toEqual(plan);
  const addresses = plan.nodes.map(({ address }) => address);
  expect(new Set(addresses).size).toBe(demandOf(request.test).addresses);
  for (const address of addresses) expect(contains(request.cidr, address)).toBe(true);
  const used = sumOf(plan.nodes.map(({ hardware }) => hardware));
  // A node keeps a thousandth of a core, however small its share.
  expect(used.cores).toBeLessThanOrEqual(request.host.cores + plan.nodes.length * 0.001);
  expect(used.memoryBytes).toBeLessThanOrEqual(request.host.memoryBytes);

  const all = plan.nodes.flatMap(({ name, processes }) => processes.map((process) => `${name}/${process.kind}`));
  expect(new Set(all).size).toBe(all.length);
  const order = startOrder(plan).flatMap((wave) => wave.map(({ node, process }) => `${node}/${process}`));
  expect([...order].sort()).toEqual([...all].sort());

  const known = new Set(all);
  const credentials = new Set((plan.credentials ?? []).map(({ name }) => name));
  const refs = (plan.secretRefs ?? []).map(({ secret }) => secret);
  const values: PlaceholderValues = {
    facts: { DATA_DIR: '/d', CONFIG_DIR: '/c', RUN_DIR: '/r', BIN_DIR: '/b', RUN_ID: 'r' },
    configOf: (node, process) => (known.has(`${node}/${process}`) ? '/o' : undefined),
    credential: (name) => (credentials.has(name) ? 'x' : undefined),
    secret: ({ secret }) => (refs.includes(secret) ? 's' : undefined),
  };
  for (const { processes } of plan.nodes) {
    const ports = processes.flatMap((process) => Object.values(launchOf(process)?.ports ?? {}));
    expect(new Set(ports).size).toBe(ports.length);
    for (const launch of processes.map(launchOf).filter((one) => one !== undefined)) {
      for (const template of templates(launch)) resolvePlaceholders(template, values);
      const kinds = publicTemplates(launch).flatMap((template) => placeholdersOf(template).map(({ kind }) => kind));
      expect(kinds).not.toContain('secret-ref');
      expect(launch.image === undefined).toBe(request.settings.target === 'local');
    }
  }
}

const copyOf = (test: Test): Test => structuredClone(test);

describe('any valid suite', () => {
  it('is planned deterministically, validly, completely; or refused with coded problems that say where', () => {
    let planned = 0;
    fc.assert(
      fc.property(requests, (all) => {
        for (const request of all) {
          const result = planDeployment(request);
          expect(planDeployment({ ...request, test: copyOf(request.test) })).toEqual(result);
          if (result.ok) {
            planned += 1;
            judge(request, result.plan);
          } else {
            for (const problem of result.problems) {
              expect(problem.code).toMatch(REFUSED);
              expect(problem.where).toMatch(/^node /);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
    // Else the property would say nothing.
    expect(planned).toBeGreaterThan(50);
  }, 120_000);
});
