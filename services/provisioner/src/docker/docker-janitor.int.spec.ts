import { fileURLToPath } from 'node:url';
import { keptLabels, keptVolumeName } from '@benchbus/docker';
import { startChild } from '@benchbus/service/testing';
import { describe, expect, it } from 'vitest';
import { twoDockerScenes } from '../testing/two-docker-scenes.ts';

const CLI = fileURLToPath(new URL('../../../../apps/cli/src/main.ts', import.meta.url));
const scenes = twoDockerScenes();

interface Finding {
  readonly kind: string;
  readonly runId?: string;
  readonly what: string;
  readonly why: string;
  readonly outcome: string;
}

/** `benchbus janitor`, as a person starts it. */
async function janitor(...args: string[]): Promise<{ readonly code: number | null; readonly found: Finding[] }> {
  const child = startChild(process.execPath, [CLI, 'janitor', '--json', ...args], {
    env: { ...process.env, ...scenes.scene.env() },
  });
  const { code } = await child.exited;
  const report = JSON.parse(child.lines.findLast((line) => line.startsWith('{')) ?? '{}') as {
    hosts?: { leftovers?: Finding[] }[];
  };
  return { code, found: (report.hosts ?? []).flatMap(({ leftovers = [] }) => leftovers) };
}

describe('benchbus janitor and Docker', { timeout: 300_000 }, () => {
  it('lists what is left of a run whose lease is over, removes it when told to, and nothing that is not ours', async () => {
    const { docker } = scenes.scene.engine;
    await scenes.beside.provisioner();
    await scenes.beside.requestPods('r1');
    await scenes.beside.event('evt.deployment.r1', 'DeploymentReady');
    const its = await scenes.beside.world();

    // A run that goes on, and one whose provisioner died, whose lease is over, and whose runners are gone.
    const first = await scenes.scene.provisioner({ BENCHBUS_JANITOR_INTERVAL_MS: '3600000' });
    await scenes.scene.requestPods('r1', { block: 5 });
    await scenes.scene.event('evt.deployment.r1', 'DeploymentReady');
    await scenes.scene.requestPods('r2', { block: 6, leaseMs: 1 });
    await scenes.scene.event('evt.deployment.r2', 'DeploymentReady');
    const pods = (await docker.listContainers({ all: true })).filter(({ Names }) =>
      Names[0]?.startsWith(`/benchbus-${scenes.scene.installation}-r2-`),
    );
    expect(pods).toHaveLength(6);

    // A copy of loaded data, of a suite that nobody knows.
    const of = { installation: scenes.scene.installation, suite: 'gone', copy: 'c', incarnation: 'log' };
    const kept = keptVolumeName(of);
    await docker.createVolume({ Name: kept, Labels: keptLabels(of) });

    // Names as ours, without our labels; a volume of nobody.
    const similar = `benchbus-${scenes.scene.installation}-r2-pg-x`;
    const foreign = {
      container: await docker.createContainer({ name: similar, Image: 'postgres:17-alpine', Cmd: ['true'] }),
      network: await docker.createNetwork({ Name: `benchbus-${scenes.scene.installation}-r3` }),
      volume: await docker.createVolume({ Name: similar }),
      // Another installation's labels, whose name begins as ours.
      labelled: await docker.createVolume({
        Name: `${similar}-labelled`,
        Labels: {
          'benchbus.installation': `${scenes.scene.installation}x`,
          'benchbus.run': 'r2',
          'benchbus.node': 'pg-a',
        },
      }),
    };
    try {
      for (const { Id, Labels } of pods)
        if (Labels['benchbus.process'] === 'runner') await docker.getContainer(Id).remove({ force: true });
      const gone = async () => (await scenes.scene.bus.liveness.holder('edge.r2.pg-a')) === undefined;
      await expect.poll(gone, { timeout: 40_000 }).toBe(true);
      for (const node of ['pg-b', 'load']) {
        const ended = async () => (await scenes.scene.bus.liveness.holder(`edge.r2.${node}`)) === undefined;
        await expect.poll(ended, { timeout: 40_000 }).toBe(true);
      }

      const before = await scenes.scene.world();
      const dry = await janitor('--dry-run');
      const expected = [
        ...['load', 'pg-a', 'pg-b'].flatMap((node) => [
          `container benchbus-${scenes.scene.installation}-r2-${node} (running)`,
          `volume benchbus-${scenes.scene.installation}-r2-${node}`,
          `cgroup /benchbus/${scenes.scene.installation}/r2/${node}`,
        ]),
        `network benchbus-${scenes.scene.installation}-r2`,
        `kept data of suite gone: volume ${kept}`,
      ].sort();
      expect(dry.code).toBe(0);
      expect(dry.found.map(({ what }) => what).sort()).toEqual(expected);
      expect(dry.found.find(({ what }) => what.startsWith('kept data'))).toMatchObject({
        ...{ kind: 'volume', why: 'no such suite is in the log', outcome: 'would be removed' },
      });
      for (const { runId, why, outcome } of dry.found.filter(({ what }) => !what.startsWith('kept data')))
        expect([runId, why, outcome]).toEqual(['r2', expect.stringContaining('lease expired'), 'would be removed']);
      expect(await scenes.scene.world()).toEqual(before);

      const real = await janitor();
      expect([real.code, ...new Set(real.found.map(({ outcome }) => outcome))]).toEqual([0, 'removed']);
      expect(real.found.map(({ what }) => what).sort()).toEqual(expected);
      expect((await scenes.scene.world()).filter((what) => what.includes('-r2'))).toEqual([]);
      expect((await scenes.scene.world()).filter((what) => what.includes('-r1-'))).toHaveLength(9);
      expect((await scenes.scene.bus.log.read('evt.deployment.r2')).at(-1)?.name).toBe('DeploymentDestroyed');
      expect(await janitor('--dry-run')).toEqual({ code: 0, found: [] });

      expect((await foreign.container.inspect()).Name).toBe(`/${similar}`);
      expect((await foreign.network.inspect()).Name).toBe(`benchbus-${scenes.scene.installation}-r3`);
      expect((await docker.getVolume(similar).inspect()).Name).toBe(similar);
      expect((await docker.getVolume(`${similar}-labelled`).inspect()).Name).toBe(`${similar}-labelled`);
      expect(await scenes.beside.world()).toEqual(its);
    } finally {
      await foreign.container.remove({ force: true, v: true });
      await foreign.network.remove();
      await docker.getVolume(similar).remove();
      await docker.getVolume(`${similar}-labelled`).remove();
    }
    await scenes.scene.release('r1');
    await scenes.scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scenes.scene.world()).toEqual([]);
    await first.stop();
  });
});
