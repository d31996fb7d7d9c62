import { subjects } from '@benchbus/events';
import type { EventLog, Following, Recorded } from '@benchbus/events';

/**
 * What an operator said to be gone with this host while it was away, kept by following the log: others may have its runs'
 * blocks by now. So nothing is made for them any more, what is left of them is removed, and then the host announces itself anew.
 */
export class LostRuns {
  readonly #runs = new Set<string>();
  #last: Recorded<'CapacityLost'> | undefined;
  #settled: Recorded<'CapacityLost'> | undefined;
  #following: Following | undefined;

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  get runs(): ReadonlySet<string> {
    return this.#runs;
  }

  /** When that was said last; undefined: never. */
  get last(): Recorded<'CapacityLost'> | undefined {
    return this.#last;
  }

  /** Up to here nothing is left of what was lost, as far as this process has looked. */
  get settled(): Recorded<'CapacityLost'> | undefined {
    return this.#settled;
  }

  settle(loss: Recorded<'CapacityLost'>): void {
    this.#settled = loss;
  }

  /** Resolves when the whole log was read once; `onLoss` is called for what comes after. */
  async start(log: EventLog, hostId: string, onLoss: () => void): Promise<void> {
    let live = false;
    const caughtUp = Promise.withResolvers<undefined>();
    this.#following = await log.follow({
      name: 'provisioner-lost-runs',
      subjects: [subjects.capacity(hostId)],
      from: 'start',
      onCaughtUp: () => {
        live = true;
        caughtUp.resolve(undefined);
      },
      onEvent: (event) => {
        if (event.name !== 'CapacityLost') return;
        for (const runId of event.data.runIds) this.#runs.add(runId);
        this.#last = event;
        if (live) onLoss();
      },
    });
    await caughtUp.promise;
  }

  async stop(): Promise<void> {
    await this.#following?.stop();
  }
}
