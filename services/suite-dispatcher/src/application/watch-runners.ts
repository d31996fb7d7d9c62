import type { Liveness } from '@benchbus/events';
import type { RunView } from '../domain/run-view.ts';
import { untilLost } from './until-lost.ts';

export interface RunnerWatch {
  /** Nodes whose runner was lost. */
  readonly lost: ReadonlySet<string>;
  /** Begins to watch the runners of a deployment that is ready. */
  watch(view: RunView): void;
  stop(): void;
}

/** Watches the liveness keys of a run's runners, from the moment its deployment is ready. */
export function watchRunners(liveness: Liveness, runId: string, lostAfterMs: number, onLost: () => void): RunnerWatch {
  const lost = new Set<string>();
  const watched = new Set<string>();
  const stopping = new AbortController();
  return {
    lost,
    watch(view) {
      const ready = view.deployment.get(view.run.stages.provision?.data.attempt ?? 0)?.name === 'DeploymentReady';
      for (const { name } of ready ? (view.planned?.data.plan.nodes ?? []) : []) {
        if (watched.has(name)) continue;
        watched.add(name);
        untilLost(liveness, `edge.${runId}.${name}`, lostAfterMs, stopping.signal).then(
          () => {
            lost.add(name);
            onLost();
          },
          () => undefined, // stopped
        );
      }
    },
    stop: () => stopping.abort(),
  };
}
