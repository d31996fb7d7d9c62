import { EngineProcess } from '@benchbus/hatchet-embedded/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './installation.ts';
import { MOMENTS, OutageCase, type Outage } from './outage.ts';
import { expectNoOrphansBut, orphanedSharedMemory } from './shared-memory.ts';

/** A stack whose engine is the test's: nobody brings it back before its time. */
export function outageTests(outages: readonly Outage[]): void {
  describe(`the engine is away while there is a run in every stage (${outages.length} outages)`, () => {
    const before = orphanedSharedMemory();
    let engine: EngineProcess;
    let installation: Installation;
    let current: OutageCase | undefined;
    beforeAll(async () => {
      engine = await EngineProcess.start();
      // Runners stand still for as long as it takes to fill the stages: that is not what is tested here.
      installation = await Installation.start({
        ...engine.env,
        BENCHBUS_RUNNER_LOST_AFTER_MS: '600000',
        BENCHBUS_HOST_LOST_AFTER_MS: '600000',
      });
    });
    afterEach(() => current?.end());
    afterAll(async () => {
      expect(await installation.stop()).toEqual([]);
      await engine.stop();
      await expectNoOrphansBut(before);
    });

    it.each(outages)('$kind for $seconds s', async (outage) => {
      const it = new OutageCase(installation, engine, `${outage.kind}-${outage.seconds}`);
      current = it;
      await it.happen(outage, async () => {
        const everywhere = Object.fromEntries(MOMENTS.map((moment) => [moment, moment]));
        expect(await it.moments()).toEqual(everywhere);
      });
      await it.expectOnlyDelayed(240_000);
    });
  });
}
