import { basename } from 'node:path';
import { getAsset } from 'node:sea';
import { Worker } from 'node:worker_threads';

/**
 * In the place of the Hatchet SDK's util/thread-helper: it starts a thread of a file beside it, and a single executable has
 * no files. The script of the thread (the heartbeats to the engine) is an asset of the executable.
 */
export const runThreaded = (scriptPath, options) =>
  new Worker(getAsset(`${basename(scriptPath)}.cjs`, 'utf8'), { ...options, eval: true });
