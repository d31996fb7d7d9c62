import type { Outcome } from './kind.ts';

/** An outcome in one line, for people. */
export function outcomeLine(outcome: Outcome): string {
  switch (outcome.name) {
    case 'DatabaseReady':
      return `DatabaseReady: server ${outcome.data.serverVersion}`;
    case 'WorkloadFinished': {
      const { tps, latencyAverageMs, latencyP99Ms } = outcome.data.summary;
      return `WorkloadFinished: ${tps} tps, latency average ${latencyAverageMs} ms, p99 ${latencyP99Ms} ms`;
    }
    case 'DatabaseFailed':
    case 'WorkloadFailed':
      return `${outcome.name}: ${outcome.data.problem.code}: ${outcome.data.problem.message}`;
  }
}
