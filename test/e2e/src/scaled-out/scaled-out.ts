import { startPlainPostgres, type PlainPostgres } from '@benchbus/service/testing';
import { subjects, type AnyRecorded } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNothingLeft, faultsAgainst, endOf } from '../testing/clean-run.ts';
import { laggingConsumers } from '../testing/consumer-lag.ts';
import { historyOf, suiteEnd } from '../testing/history.ts';
import { Installation } from '../testing/installation.ts';
import { ReplicaSet, SERVICES } from '../testing/replica-set.ts';
import { onExternalEngine } from '../testing/test-engine.ts';
import { commandSuite, provideSecret } from '../testing/command-suite.ts';

/** Of each service at the beginning: the stack's own, and two more. */
const REPLICAS = 3;

/** What happens to the replicas while nodes are made, one after the other, at equal distances. */
const disturbances = (replicas: ReplicaSet): readonly (() => unknown)[] => [
  () => replicas.killOldest('suite-dispatcher'),
  () => replicas.killFirst('network-allocator'),
  () => replicas.killOldest('provisioner'),
  () => replicas.add('suite-dispatcher'),
  () => replicas.killOldest('artifact-store'),
  () => replicas.killFirst('suite-dispatcher'),
  () => replicas.add('provisioner'),
  () => replicas.killFirst('hatchet'),
  () => replicas.killOldest('network-allocator'),
  () => replicas.killFirst('provisioner'),
  () => replicas.add('network-allocator'),
  () => replicas.killFirst('artifact-store'),
];

/** The replicas of each service that wrote something of this, as the facts' sources tell. */
function writersOf(history: readonly AnyRecorded[]): Map<string, number> {
  const sources = [...new Set(history.map(({ source }) => source))];
  return new Map(SERVICES.map((service) => [service, sources.filter((one) => one.includes(`/${service}/`)).length]));
}

/** What `benchbus doctor`, which looks from outside, has to say against the installation; a machine's own lacks are left out. */
async function complaintsOfDoctor(installation: Installation): Promise<string[]> {
  const { stdout } = await installation.cli('doctor', '--json').finished;
  const { checks } = JSON.parse(stdout) as { checks: readonly { name: string; status: string; found: string }[] };
  const looked = new Set<string>([...SERVICES, 'the log', 'consumers', 'dead letters', 'leftovers']);
  expect(checks.filter(({ name }) => looked.has(name))).toHaveLength(looked.size);
  return checks
    .filter(({ name, status }) => looked.has(name) && status !== 'ok')
    .map(({ name, found }) => `${name}: ${found}`);
}

/** `count` suites requested at once of three replicas of each service, some of which are killed, and others added, meanwhile. */
export function scaledOutTest(count: number, timeoutMs: number): void {
  describe.skipIf(onExternalEngine)(`${count} suites at once, ${REPLICAS} replicas of each service`, () => {
    const suiteIds = Array.from({ length: count }, (_, number) => `short-${number + 1}`);
    let server: PlainPostgres;
    let installation: Installation;
    let replicas: ReplicaSet;
    beforeAll(async () => {
      server = await startPlainPostgres('a-Passw0rd-of-the-test');
      for (const suiteId of ['undisturbed', ...suiteIds]) server.ask(`CREATE DATABASE "${suiteId}"`);
      // Else the stack's own provisioner refuses to come back while another serves.
      installation = await Installation.start({ BENCHBUS_STANDBY_LOOK_MS: '100' });
      await provideSecret(installation.stateDir, server);
      replicas = new ReplicaSet(installation);
    }, 300_000);
    afterAll(async () => {
      await replicas.stop();
      const left = await installation.stop();
      await server.stop();
      expect(left).toEqual([]);
    });

    it('all complete, no work is done twice, and nothing waits at the end', { timeout: timeoutMs }, async () => {
      const { bus } = installation;
      await bus.request('SuiteRequested', 'undisturbed', { suite: commandSuite('undisturbed', server) });
      await suiteEnd(bus, 'undisturbed');
      const undisturbed = await historyOf(bus, 'undisturbed');
      expect(endOf(undisturbed)).toBe('SuiteCompleted: completed');

      const further = SERVICES.flatMap((service) => Array.from({ length: REPLICAS - 1 }, () => replicas.add(service)));
      await Promise.all(further);
      const steps = disturbances(replicas);
      const disturbed: Promise<unknown>[] = [];
      let deployed = 0;
      const following = await bus.log.follow({
        subjects: ['evt.deployment.*'],
        from: 'now',
        onEvent: ({ name }) => {
          if (name !== 'DeploymentReady') return;
          deployed += 1;
          const due = Math.floor((deployed * (steps.length + 1)) / count);
          while (disturbed.length < Math.min(due, steps.length)) {
            const step = Promise.resolve(steps[disturbed.length]?.());
            // Awaited at the end.
            step.catch(() => undefined);
            disturbed.push(step);
          }
        },
      });
      for (const suiteId of suiteIds)
        await bus.request('SuiteRequested', suiteId, { suite: commandSuite(suiteId, server) });
      for (const suiteId of suiteIds) await suiteEnd(bus, suiteId, timeoutMs);
      await following.stop();
      await Promise.all(disturbed);
      expect(disturbed).toHaveLength(steps.length);

      const all: AnyRecorded[] = [];
      const wrong: string[] = [];
      for (const suiteId of suiteIds) {
        const history = await historyOf(bus, suiteId);
        wrong.push(...faultsAgainst(undisturbed, history).map((fault) => `${suiteId}: ${fault}`));
        all.push(...history);
      }
      expect(wrong).toEqual([]);
      // The proof means something only if the replicas shared the work.
      for (const [service, writers] of writersOf(all)) expect(writers, service).toBeGreaterThan(1);
      // Far less than a release's timeout: nobody waits with a message in hand.
      await expect.poll(() => laggingConsumers(installation.natsUrl), { timeout: 30_000, interval: 1_000 }).toEqual([]);
      expect(await complaintsOfDoctor(installation)).toEqual([]);
      for (const suiteId of suiteIds) {
        const [accepted] = await bus.log.read(subjects.suite(suiteId));
        const runs = accepted?.name === 'SuiteAccepted' ? accepted.data.runs : [];
        for (const { runId } of runs) expectNothingLeft(installation, runId);
        expect(server.ask(`SELECT count(*) FROM pg_stat_activity WHERE datname = '${suiteId}'`)).toBe('0');
      }
    });
  });
}
