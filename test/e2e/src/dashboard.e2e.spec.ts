import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandRuns, normaliseSuite } from '@benchbus/suites';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { engineRest, type ListedTask } from './testing/engine-rest.ts';
import { suiteEnd } from './testing/history.ts';
import { Installation } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

/** Steps that the engine takes between a run and its measurement: a task is queued (after its trigger), then assigned. */
const HOPS = new Set(['QUEUED', 'ASSIGNED']);

describe("a run in Hatchet's dashboard", () => {
  const suiteId = 'shown';
  const suite = tinySuite(suiteId);
  const parsed = normaliseSuite(suite);
  const [run] = parsed.ok ? expandRuns(suiteId, parsed.suite) : [];
  const runId = run?.runId ?? '';
  let installation: Installation;
  let rest: ReturnType<typeof engineRest>;
  let tasks: ListedTask[];
  beforeAll(async () => {
    installation = await Installation.start({ LOG_LEVEL: 'debug' });
    rest = engineRest(installation.stateDir);
    await installation.bus.request('SuiteRequested', suiteId, { suite });
    const end = await suiteEnd(installation.bus, suiteId);
    expect(end.name, JSON.stringify(end.data)).toBe('SuiteCompleted');
    // A real engine's lists come a moment after its tasks; no event tells when.
    tasks = await vi.waitFor(async () => {
      const listed = (await rest.tasks('run', runId)).filter(({ additionalMetadata }) => isOurs(additionalMetadata));
      expect(listed.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
      return listed;
    }, 30_000);
  });
  afterAll(async () => {
    expect(await installation.stop()).toEqual([]);
  });
  const isOurs = (metadata: Readonly<Record<string, string>>) => metadata['log'] === installation.bus.log.incarnation;
  /** Without the namespace, where an external engine is used with one. */
  const named = (name: string): ListedTask =>
    tasks.find(({ workflowName }) => workflowName.endsWith(name)) ?? expect.fail(`no task ${name}`);

  it('has suite, run, test, installation and log at each task; node, stage and attempt at those of the nodes', () => {
    const { installation: name, bus } = installation;
    const common = { suite: suiteId, run: runId, test: 'tiny', installation: name, log: bus.log.incarnation };
    expect(named('bench-run').additionalMetadata).toMatchObject(common);
    const setup = { ...common, node: 'pg', stage: 'database', attempt: '1' };
    expect(named('edge-setup-v1').additionalMetadata).toMatchObject(setup);
    const workload = { ...common, node: 'load', stage: 'workload', attempt: '1' };
    expect(named('edge-workload-v1').additionalMetadata).toMatchObject(workload);
  });

  it.each([
    ['bench-run', [/stage network begins/, /stage network took .* stage provision begins/, /the run is completed$/]],
    ['edge-setup-v1', [/claimed/, /initdb/, /starting postgres/, /proving/, /DatabaseReady/]],
    ['edge-workload-v1', [/claimed/, /initialising scale 1/, /measuring/, /WorkloadFinished: \d+(\.\d+)? tps/]],
  ])('has the story of %s in its log, in a few lines', async (name, wanted) => {
    const lines = await vi.waitFor(async () => {
      const found = await rest.logs(named(name).taskExternalId);
      expect(found.at(-1)).toMatch(wanted.at(-1) ?? /./);
      return found;
    }, 30_000);
    let from = 0;
    for (const pattern of wanted) {
      const at = lines.findIndex((line, index) => index >= from && pattern.test(line));
      expect(at, `${pattern} after line ${from} of\n${lines.join('\n')}`).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
    expect(lines.length).toBeLessThan(15);
  });

  it('took at most 6 hops through the engine', async () => {
    const events = await Promise.all(tasks.map(({ taskExternalId }) => rest.events(taskExternalId)));
    const hops = events.flat().filter((event) => HOPS.has(event));
    expect(hops.length, JSON.stringify(events)).toBeGreaterThanOrEqual(3);
    expect(hops.length, JSON.stringify(events)).toBeLessThanOrEqual(6);
  });

  it('left no part of the token in the log files, at debug level', () => {
    const logs = join(installation.stateDir, 'logs');
    const texts = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
    expect(texts.join('')).toContain('"level":"debug"');
    const [, claims = '', signature = ''] = rest.token.split('.');
    for (const secret of [rest.token, claims, signature]) {
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
