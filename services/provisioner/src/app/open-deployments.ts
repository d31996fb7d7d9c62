import { parseSubject } from '@benchbus/events';
import type { EventLog, Following } from '@benchbus/events';
import type { TargetName } from '@benchbus/suites';

/**
 * Runs whose deployments are not destroyed, kept by following the log. Those that asked this host: what the janitor must look
 * at even where nothing real is left, and what keeps the host from leaving. Those of others: it may answer for some. A hint, as every message: who acts
 * reads again.
 */
export class OpenDeployments {
  readonly #runs = new Set<string>();
  /** Run → target that another host was asked for. */
  readonly #others = new Map<string, TargetName>();
  #following: Following | undefined;

  get runs(): ReadonlySet<string> {
    return this.#runs;
  }

  /** Open runs of other hosts on one of these targets: one whose host is gone may be this host's to look after. */
  ofOthers(isReached: (target: TargetName) => boolean): string[] {
    return [...this.#others].flatMap(([runId, target]) => (isReached(target) ? [runId] : []));
  }

  /** Resolves when the whole log was read once. */
  async start(log: EventLog, hostId: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      log
        .follow({
          name: 'provisioner-deployments',
          subjects: ['evt.run.*', 'evt.deployment.*'],
          from: 'start',
          onCaughtUp: resolve,
          onEvent: (event) => {
            const runId = parseSubject(event.subject)?.ids[0];
            if (runId === undefined) return;
            const isAsked = event.name === 'RunDeploymentRequested';
            if (!isAsked && event.name !== 'DeploymentDestroyed' && event.name !== 'RunReleased') return;
            this.#runs.delete(runId);
            this.#others.delete(runId);
            if (!isAsked) return;
            if (event.data.hostId === hostId) this.#runs.add(runId);
            else this.#others.set(runId, event.data.target);
          },
        })
        .then((following) => (this.#following = following), reject);
    });
  }

  async stop(): Promise<void> {
    await this.#following?.stop();
  }
}
