import { randomUUID } from 'node:crypto';
import type { AnyDraft, AnyRecorded, Draft, EventData, EventName } from '@benchbus/events';
import { subjects } from '@benchbus/events';
import { decide } from '../domain/decide.ts';
import { evolve } from '../domain/evolve.ts';
import { DEFAULT_RULES, type Intent } from '../domain/intent.ts';
import { initialState, type State } from '../domain/state.ts';

/** What the pure core is tested against: facts with versions, in order; no server, no time. */
export class TestLog {
  readonly events: AnyRecorded[] = [];
  readonly #versions = new Map<string, number>();
  /** When facts are written, ms since the epoch. */
  now = Date.parse('2026-01-01T00:00:00.000Z');

  /** Appends if the version fits; undefined is a conflict. */
  append(draft: AnyDraft, expected?: number): AnyRecorded | undefined {
    const version = this.#versions.get(draft.subject) ?? 0;
    if (expected !== undefined && expected !== version) return undefined;
    const sequence = this.events.length + 1;
    this.#versions.set(draft.subject, sequence);
    const event = {
      ...draft,
      sequence,
      counter: 1,
      id: randomUUID(),
      type: draft.name,
      source: 'test',
      time: new Date(this.now).toISOString(),
      hash: '',
      prevHash: '',
      incarnation: '',
    } as AnyRecorded;
    this.events.push(event);
    return event;
  }

  fact<N extends EventName>(name: N, subject: string, data: EventData<N>, correlation = 'suite'): void {
    const draft: Draft<N> = { name, subject, data, correlation, cause: 'test' };
    this.append(draft as AnyDraft);
  }

  host(hostId: string, more: Partial<EventData<'HostAnnounced'>> = {}): void {
    this.fact('HostAnnounced', subjects.host(hostId), hostAnnounced(hostId, more));
  }

  request(runId: string, more: Partial<EventData<'RunNetworkRequested'>> = {}): void {
    this.fact('RunNetworkRequested', subjects.run(runId), networkRequested(more));
  }

  over(runId: string): void {
    this.fact('RunCancelling', subjects.run(runId), { reason: 'test' });
  }

  release(runId: string): void {
    this.fact('RunReleaseRequested', subjects.run(runId), { reason: 'ended', deadline: LATER });
  }

  deploy(runId: string, hostId: string, cidr: string): void {
    const data = { attempt: 1, target: 'local' as const, hostId, cidr, deadline: LATER, leaseExpiresAt: LATER };
    this.fact('RunDeploymentRequested', subjects.run(runId), data);
  }

  destroyed(runId: string): void {
    this.fact('DeploymentDestroyed', subjects.deployment(runId), { reason: 'test' });
  }

  state(): State {
    return this.events.reduce(evolve, initialState());
  }

  next(now = NOW): Intent[] {
    return decide(this.state(), now, TEST_RULES);
  }

  /** One allocator, undisturbed, until it has nothing to do. Returns what it appended. */
  settle(now = NOW, rules = TEST_RULES): AnyRecorded[] {
    const before = this.events.length;
    const state = this.state();
    for (let turns = 0; turns < 10_000; turns += 1) {
      const intent = decide(state, now, rules)[0];
      if (intent === undefined) return this.events.slice(before);
      const event = this.append(intent.draft, intent.expected);
      if (event === undefined) throw new Error(`${intent.draft.name} at ${intent.expected}: conflict without a rival`);
      evolve(state, event);
    }
    throw new Error('never settles');
  }

  names(): string[] {
    return this.events.map(({ name }) => name);
  }

  last<N extends EventName>(name: N): Extract<AnyRecorded, { readonly name: N }> {
    const found = this.events.findLast((event) => event.name === name);
    if (found === undefined) throw new Error(`no ${name} in ${this.names().join(', ')}`);
    return found as Extract<AnyRecorded, { readonly name: N }>;
  }
}

/** All that was written was so long ago that no quarantine lasts; what was found taken stays so. */
export const TEST_RULES = { ...DEFAULT_RULES, takenMs: Infinity };
export const NOW = Date.parse('2026-06-01T12:00:00Z');
export const SOON = '2026-06-01T12:05:00.000Z';
export const LATER = '2026-06-01T18:00:00.000Z';
export const GIB = 2 ** 30;

export const hostAnnounced = (
  hostname: string,
  more: Partial<EventData<'HostAnnounced'>> = {},
): EventData<'HostAnnounced'> => ({
  hostname,
  installation: 'test',
  targets: [{ name: 'local', pool: { cidr: '127.64.0.0/16', blockPrefix: 24 } }],
  cores: 4,
  memoryBytes: 8 * GIB,
  occupied: [],
  versions: {},
  ...more,
});

export const networkRequested = (
  more: Partial<EventData<'RunNetworkRequested'>> = {},
): EventData<'RunNetworkRequested'> => ({
  attempt: 1,
  suiteId: 'suite',
  target: 'local',
  addresses: 2,
  cores: 1,
  memoryBytes: GIB,
  sharing: 'exclusive',
  hardwarePolicy: 'reject',
  deadline: SOON,
  leaseExpiresAt: LATER,
  ...more,
});
