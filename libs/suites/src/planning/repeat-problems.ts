import { topologyOf } from '../model/database.ts';
import type { Problem } from '../model/problem.ts';
import type { Test } from '../model/suite.ts';

const unsound = (message: string, hint: string): Problem => ({
  code: 'RESET_UNSOUND',
  message,
  where: 'repeat.reset',
  hint,
});

/**
 * Resets that would not give what they promise. Patroni: a cluster's identity is in its etcd, too, and which member leads at
 * the end of the load is its own matter, so that one member's folder is no state to start from. An external database is
 * nobody's to start anew. Without a reset the second measurement must find the same data and the same processes.
 */
export function repeatProblems({ repeat: { times, reset }, database, workload, faults }: Test): Problem[] {
  if (times === 1) return [];
  const topology = topologyOf(database);
  if (reset === 'data' && topology?.postgres.patroni !== undefined)
    return [
      unsound(
        "a kept copy of one member's data is no state of a Patroni cluster, whose identity is in etcd, too",
        'use reset: server, which loads the data anew for each repeat, or reset: none',
      ),
    ];
  if (reset === 'server' && topology === undefined)
    return [
      unsound(
        'the server of an external connection is not started anew by a benchmark',
        'use reset: data, which loads the data anew for each repeat, or reset: none',
      ),
    ];
  if (reset === 'none' && faults !== undefined)
    return [
      unsound('after a fault the deployment is not what it was before', 'use reset: server, or leave the faults out'),
    ];
  if (reset === 'none' && workload.tool === 'stroppy')
    return [
      unsound('stroppy loads its data while it measures, so that no two measurements share them', 'use reset: server'),
    ];
  return [];
}
