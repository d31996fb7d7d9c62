import type { AnyRecorded, EventLog, Following } from '@benchbus/events';
import { evolve } from '../domain/evolve.ts';
import { initialState, type State } from '../domain/state.ts';
import { settleParked } from './settle-parked.ts';

export const FOLLOWED = ['host', 'capacity', 'pool', 'network', 'run', 'deployment'].map((name) => `evt.${name}.>`);

export type Listener = (event: AnyRecorded) => void;

/** The state the log tells, kept up to date by one follower, and what waits for it to move on. */
export class Projection {
  readonly state: State = initialState();
  readonly #listeners = new Set<Listener>();
  readonly #versions = new Map<string, number>();
  /** Who waits for an aggregate to move on, by subject. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #evolve: typeof evolve;
  #following: Following | undefined;

  constructor(take = evolve) {
    this.#evolve = take;
  }

  /** Resolves when everything that was in the log has been taken in. */
  async start(log: EventLog): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<true>();
    this.#following = await log.follow({
      name: 'network-allocator-projection',
      subjects: FOLLOWED,
      from: 'start',
      onEvent: (event) => this.#take(event),
      onCaughtUp: () => resolve(true),
      onParked: (letter) => settleParked(letter, log, this.state),
    });
    await promise;
  }

  async stop(): Promise<void> {
    await this.#following?.stop();
  }

  /** Called after each event, with the state that includes it. Returns how to stop. */
  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves true when the aggregate is past `version` here; false after `timeoutMs` or the signal's abort. */
  async movedOn(subject: string, version: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const moved = (): boolean => (this.#versions.get(subject) ?? 0) > version || this.#isForgotten(subject);
    if (moved()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = (): void => {
      if (moved()) resolve(true);
    };
    const waiting = this.#waiting.get(subject) ?? new Set();
    this.#waiting.set(subject, waiting.add(look));
    const giveUp = (): void => resolve(false);
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await promise;
    } finally {
      waiting.delete(look);
      if (waiting.size === 0) this.#waiting.delete(subject);
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  #take(event: AnyRecorded): void {
    this.#evolve(this.state, event);
    // Only the own aggregates are ever waited for.
    if (/^evt\.(capacity|pool|network)\./.test(event.subject)) this.#versions.set(event.subject, event.sequence);
    if (event.name === 'RunReleased') this.#versions.delete(event.subject.replace('evt.run.', 'evt.network.'));
    for (const look of this.#waiting.get(event.subject) ?? []) look();
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** The run of this aggregate was released: nothing is expected of it any more. */
  #isForgotten(subject: string): boolean {
    const [, aggregate, id = ''] = subject.split('.');
    return aggregate === 'network' && !this.state.runs.has(id);
  }
}
