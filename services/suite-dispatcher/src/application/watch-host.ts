import type { Liveness } from '@benchbus/events';
import type { RunView } from '../domain/run-view.ts';
import { untilLost } from './until-lost.ts';

export interface HostWatch {
  /** Whether the host that is to make the run's nodes was lost. */
  readonly isLost: boolean;
  /** Watches the host of the latest reservation, until its deployment is ready: then the runners are watched. */
  watch(view: RunView): void;
  stop(): void;
}

export function watchHost(liveness: Liveness, lostAfterMs: number, onLost: () => void): HostWatch {
  let watched: { readonly hostId: string; readonly stopping: AbortController; lost: boolean } | undefined;
  const stop = () => {
    watched?.stopping.abort();
    watched = undefined;
  };
  return {
    get isLost() {
      return watched?.lost ?? false;
    },
    watch(view) {
      const reserved = view.network.get(view.run.stages.network?.data.attempt ?? 0);
      const hostId = reserved?.name === 'NetworkReserved' ? reserved.data.hostId : undefined;
      const isReady = view.deployment.get(view.run.stages.provision?.data.attempt ?? 0)?.name === 'DeploymentReady';
      const wanted = isReady ? undefined : hostId;
      if (watched?.hostId === wanted) return;
      stop();
      if (wanted === undefined) return;
      const watch = { hostId: wanted, stopping: new AbortController(), lost: false };
      watched = watch;
      untilLost(liveness, `host.${wanted}`, lostAfterMs, watch.stopping.signal).then(
        () => {
          watch.lost = true;
          onLost();
        },
        () => undefined, // stopped
      );
    },
    stop,
  };
}
