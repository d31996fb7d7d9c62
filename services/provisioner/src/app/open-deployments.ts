import { parseSubject } from '@benchbus/events';
import type { EventLog, Following } from '@benchbus/events';

/**
 * Runs that asked this host for a deployment and are not destroyed, kept by following the log: what the janitor must look
 * at even where nothing real is left, and what keeps the host from leaving. A hint, as every message: who acts reads again.
 */
export class OpenDeployments {
  readonly #runs = new Set<string>();
  #following: Following | undefined;

  get runs(): ReadonlySet<string> {
    return this.#runs;
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
            if (event.name === 'DeploymentDestroyed' || event.name === 'RunReleased') this.#runs.delete(runId);
            if (event.name !== 'RunDeploymentRequested') return;
            if (event.data.hostId === hostId) this.#runs.add(runId);
            else this.#runs.delete(runId);
          },
        })
        .then((following) => (this.#following = following), reject);
    });
  }

  async stop(): Promise<void> {
    await this.#following?.stop();
  }
}
