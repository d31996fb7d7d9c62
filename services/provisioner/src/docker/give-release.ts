import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { NODE_DIR, type Engine } from '@benchbus/docker';
import { BenchbusError } from '@benchbus/events';
import { namedEffect, releasePlace, stroppyRelease, type ReleaseSettings } from '@benchbus/service';
import type { PlannedNode } from '@benchbus/suites';

/** Below the node's folder: where its runner keeps downloads. */
export const DOWNLOADS = 'downloads';

interface Receiver {
  /** The runner's container, which need not run. */
  readonly id: string;
  readonly node: PlannedNode;
  readonly stroppy: ReleaseSettings;
}

const notPacked = (file: string, node: string) => ({
  code: 'RELEASE_NOT_PACKED',
  message: `tar could not pack ${file} for the node's volume`,
  where: node,
  hint: 'GNU tar is needed beside the provisioner',
});

/**
 * Puts the release that the node's load tool is of into its volume, as its runner would have kept it: it is downloaded once a
 * machine and not once a run. A runner that finds none downloads it itself.
 */
export async function giveRelease(engine: Engine, { id, node, stroppy }: Receiver): Promise<void> {
  const load = node.processes.find((process) => process.kind === 'load');
  if (load?.kind !== 'load' || load.workload.tool !== 'stroppy') return;
  const file = await stroppyRelease(load.workload, releasePlace(stroppy));
  const below = `s,^,${DOWNLOADS}/stroppy/,`;
  await namedEffect('release-give', () =>
    engine.ask({ doing: 'put a release into a volume', node: node.name }, async () => {
      const words = ['-C', dirname(file), '--owner=0', '--group=0', '--transform', below, '-c', basename(file)];
      const tar = spawn('tar', words, { stdio: ['ignore', 'pipe', 'ignore'] });
      // Rejected, too, where there is no such program.
      const failed = () => {
        throw new BenchbusError(notPacked(file, node.name));
      };
      const whole = once(tar, 'close').then(([code]) => code === 0 || failed(), failed);
      const put = engine.docker.getContainer(id).putArchive(tar.stdout, { path: NODE_DIR });
      await Promise.all([whole, put]).finally(() => tar.kill());
    }),
  );
}
