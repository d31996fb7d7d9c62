import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnedDir } from '../runtime/process/files.ts';
import type { WorkloadContext, WorkloadProgress } from '../workloads/plugin.ts';
import type { ScratchServer } from './scratch.ts';
import { toolDefaults } from './tool-defaults.ts';

/** An attempt at a scratch server, and what a person would have seen of it. */
export async function workloadContext(
  server: ScratchServer,
  nodeDir: string,
  attempt: number,
  more: Partial<WorkloadContext> = {},
) {
  const dir = join(nodeDir, `workload-${attempt}`);
  const { connection, password, user, steps, labels, mayCreate } = server;
  const seen: WorkloadProgress[] = [];
  const printed: string[] = [];
  const context: WorkloadContext = {
    ...toolDefaults,
    ...{ connection, password, user, steps, labels, mayCreate, dir },
    artifactsDir: join(dir, 'artifacts'),
    graceMs: 5_000,
    output: (line) => printed.push(line),
    progress: (progress) => seen.push(progress),
    ...more,
  };
  await mkdir(nodeDir, { recursive: true });
  await makeOwnedDir(dir, user);
  return { context, seen, printed };
}
