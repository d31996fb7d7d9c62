import { LABEL } from '@benchbus/docker';
import type { RunProcess } from '../../../observe/run-processes.ts';
import { cpuNanoseconds } from './containers.ts';
import type { Pod } from './pod.ts';

/** No container is another's child. */
const NOBODY = -1;

/** The containers of all runs, of any installation on the engine: each as one process with the CPU time of all that is in it. */
export async function runContainers(pod: Pod): Promise<RunProcess[]> {
  const { engine, node } = pod;
  const filters = { label: [LABEL.run] };
  const found = await engine.ask({ doing: 'list the containers of all runs', node }, () =>
    engine.docker.listContainers({ filters }),
  );
  const each = found.map(async ({ Id, Labels }): Promise<RunProcess[]> => {
    // One that has ended meanwhile has no numbers.
    const nanoseconds = await cpuNanoseconds(pod, Id).catch(() => undefined);
    const run = Labels[LABEL.run];
    if (nanoseconds === undefined || run === undefined) return [];
    return [{ pid: 0, startTime: Id, parent: NOBODY, run, cpuSeconds: nanoseconds / 1e9 }];
  });
  return (await Promise.all(each)).flat();
}
