import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startPlainPostgres, type PlainPostgres } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandSuite, provideSecret } from '../testing/command-suite.ts';
import { endOf, faultsIn } from '../testing/clean-run.ts';
import { historyOf, suiteEnd } from '../testing/history.ts';
import { Installation } from '../testing/installation.ts';
import { ReplicaSet, SERVICES } from '../testing/replica-set.ts';
import { onExternalEngine } from '../testing/test-engine.ts';
import { Releases, type Release } from './releases.ts';

const SUITES = 20;
const AT_ONCE = 5;
/** So many suites are over when the next release comes. */
const UPGRADES = new Map<number, Release>([
  [4, 'readers'],
  [11, 'writers'],
]);

describe.skipIf(onExternalEngine)('an upgrade to a release with a new version of an event', () => {
  const suiteIds = Array.from({ length: SUITES }, (_, number) => `upgrade-${number + 1}`);
  let releases: Releases;
  let server: PlainPostgres;
  let installation: Installation;
  let replicas: ReplicaSet;
  beforeAll(async () => {
    releases = new Releases();
    server = await startPlainPostgres('a-Passw0rd-of-the-test');
    for (const suiteId of suiteIds) server.ask(`CREATE DATABASE "${suiteId}"`);
    installation = await Installation.start({ BENCHBUS_BUNDLES: releases.current });
    replicas = new ReplicaSet(installation);
    await provideSecret(installation.stateDir, server);
  }, 300_000);
  afterAll(async () => {
    await replicas.stop();
    const left = await installation.stop();
    await server.stop();
    releases.remove();
    expect(left).toEqual([]);
  });

  /**
   * One service after the other, as a roll-out does: a replica of what is installed now works beside the old one, which is
   * then asked to end, and started from what is installed now, too.
   */
  async function rollOut(release: Release): Promise<void> {
    releases.install(release);
    for (const service of SERVICES) {
      const living = async () => [...(await installation.bus.liveness.holders(`service.${service}.`)).keys()];
      const old = await living();
      await replicas.add(service);
      const [beside] = (await living()).filter((key) => !old.includes(key));
      process.kill(installation.pid(service) ?? -1, 'SIGTERM');
      await expect
        .poll(living, { timeout: 60_000 })
        .toSatisfy((now: string[]) => !now.some((key) => old.includes(key)));
      const next = async () => (await living()).filter((key) => key !== beside).length;
      await expect.poll(next, { timeout: 60_000 }).toBe(1);
      await replicas.stop();
    }
  }

  it(`goes through ${SUITES} suites: readers first, then writers; none fails, none is parked`, async () => {
    const { bus } = installation;
    const waiting = [...suiteIds];
    const ends: string[] = [];
    let over = 0;
    let upgrading = Promise.resolve();
    const runInTurn = async () => {
      for (let suiteId = waiting.shift(); suiteId !== undefined; suiteId = waiting.shift()) {
        // The last ones are for the next release alone, however long the roll-out takes.
        if (waiting.length < 3) await upgrading;
        await bus.request('SuiteRequested', suiteId, { suite: commandSuite(suiteId, server) });
        const end = await suiteEnd(bus, suiteId);
        ends.push(end.name);
        over += 1;
        const release = UPGRADES.get(over);
        if (release !== undefined) upgrading = upgrading.then(() => rollOut(release));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, runInTurn));
    await upgrading;

    expect(ends).toEqual(suiteIds.map(() => 'SuiteCompleted'));
    const wrong: string[] = [];
    const types: string[] = [];
    for (const suiteId of suiteIds) {
      const stored = await bus.log.readStored(`evt.network.${suiteId}-1-1`);
      types.push(...stored.map(({ headers }) => headers['ce-type'] ?? '').filter((type) => type.includes('reserved')));
      // This build cannot read the next one's version: what else is to be said of these histories, the next one's audit says.
      if (types.at(-1)?.endsWith('.v2')) continue;
      const history = await historyOf(bus, suiteId);
      if (endOf(history) !== 'SuiteCompleted: completed') wrong.push(`${suiteId}: ${endOf(history)}`);
      wrong.push(...faultsIn(history).map((fault) => `${suiteId}: ${fault}`));
    }
    expect(wrong).toEqual([]);
    expect(new Set(types)).toEqual(new Set(['io.benchbus.network.reserved.v1', 'io.benchbus.network.reserved.v2']));
    expect(await bus.deadLetters.list({ all: true })).toEqual([]);
    const cli = join(releases.pathOf('writers'), 'apps/cli/src/main.mjs');
    const env = { ...process.env, BENCHBUS_STATE_DIR: installation.stateDir };
    const audited = execFileSync(process.execPath, [cli, 'audit', '--json'], { env, encoding: 'utf8' });
    expect(JSON.parse(audited)).toMatchObject({ ok: true });
  });
});
