import { join } from 'node:path';

/** Every attempt of the workload has files of its own. */
export const attemptDir = (nodeDir: string, attempt: number) => join(nodeDir, `workload-${attempt}`);
export const artifactsDir = (nodeDir: string, attempt: number) => join(attemptDir(nodeDir, attempt), 'artifacts');
