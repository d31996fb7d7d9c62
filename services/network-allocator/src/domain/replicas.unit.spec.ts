import fc from 'fast-check';
import { expect, it } from 'vitest';
import { subjects, type AnyRecorded } from '@benchbus/events';
import { GIB, NOW, TestLog } from '../testing/test-log.ts';
import { naiveWork, workOf } from '../testing/naive-work.ts';
import { holdings } from '../testing/holdings.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { DEFAULT_RULES } from './intent.ts';
import { initialState, type State } from './state.ts';

/** An allocator that sees the log late, may be killed at any point, and acts on what it has seen. */
class Replica {
  state: State = initialState();

  see(events: readonly AnyRecorded[], count: number): void {
    for (const event of events.slice(this.state.sequence, this.state.sequence + count)) evolve(this.state, event);
  }

  act(log: TestLog, choice: number, now: number): void {
    const intents = decide(this.state, now);
    // Not always the first one: an interrupted replica may resume with an old decision.
    const intent = intents[choice % Math.max(1, intents.length)];
    if (intent) log.append(intent.draft, intent.expected);
  }

  crash(): void {
    this.state = initialState();
  }
}

/** Few runs and hosts, much going on: races need several actions in a row on the same ones. */
const RUNS = 3;
const runId = fc.integer({ min: 1, max: RUNS }).map((number) => `r${number}`);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      runId,
      shared: fc.boolean(),
      cores: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), runId }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deploy' as const), runId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('taken' as const), runId }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      replica: fc.nat({ max: 2 }),
      choice: fc.nat({ max: 5 }),
      late: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('see' as const),
      replica: fc.nat({ max: 2 }),
      count: fc.constantFrom(1, 2, 3, 100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), replica: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), hostId: fc.constantFrom('h1', 'h2') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('announce' as const) }) },
);

/** What the dispatcher and the provisioner would do, and nothing they would not. */
class World {
  readonly log = new TestLog();
  readonly attempts = new Map<string, number>();
  readonly ended = new Set<string>();
  readonly deployed = new Set<string>();
  readonly refused = new Set<string>();

  constructor() {
    this.announce();
  }

  announce(): void {
    const targets = [{ name: 'local' as const, pool: { cidr: '127.64.0.0/21', blockPrefix: 24 } }];
    for (const host of ['h1', 'h2']) this.log.host(host, { targets });
  }

  request(run: string, shared: boolean, cores: number): void {
    if (this.ended.has(run) || this.deployed.has(run)) return;
    const attempt = (this.attempts.get(run) ?? 0) + 1;
    this.attempts.set(run, attempt);
    this.log.request(run, { attempt, cores, memoryBytes: GIB, sharing: shared ? 'allowed' : 'exclusive' });
  }

  deploy(run: string): void {
    const reserved = this.log.events.findLast(
      (event) => event.name === 'NetworkReserved' && event.subject === subjects.network(run),
    );
    if (reserved?.name !== 'NetworkReserved' || reserved.data.attempt !== this.attempts.get(run)) return;
    if (this.ended.has(run) || this.deployed.has(run)) return;
    this.deployed.add(run);
    this.log.deploy(run, reserved.data.hostId, reserved.data.cidr);
  }

  /** Somebody else is on the block: the run asks for another. */
  taken(run: string): void {
    if (this.ended.has(run) || !this.deployed.delete(run)) return;
    this.refused.add(run);
    const problem = { code: 'SUBNET_TAKEN', message: 'network x has it' };
    this.log.fact('DeploymentFailed', subjects.deployment(run), { attempt: 1, problem });
    this.request(run, true, 1);
  }

  end(run: string): void {
    if (this.ended.has(run)) return;
    this.ended.add(run);
    this.log.over(run);
    this.log.release(run);
    if (this.deployed.has(run) || this.refused.has(run)) this.log.destroyed(run);
  }
}

it('three replicas that see late, act on old views and crash never grant anything twice, and lose nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 250, size: 'max' }), (steps) => {
      const world = new World();
      const replicas = [new Replica(), new Replica(), new Replica()];
      for (const action of steps) {
        const replica = 'replica' in action ? replicas[action.replica] : undefined;
        if (action.kind === 'request') world.request(action.runId, action.shared, action.cores);
        else if (action.kind === 'end') world.end(action.runId);
        else if (action.kind === 'deploy') world.deploy(action.runId);
        else if (action.kind === 'taken') world.taken(action.runId);
        else if (action.kind === 'act') replica?.act(world.log, action.choice, action.late ? NOW + 3_600_000 : NOW);
        else if (action.kind === 'see') replica?.see(world.log.events, action.count);
        else if (action.kind === 'crash') replica?.crash();
        else if (action.kind === 'announce') world.announce();
        else world.log.fact('HostLeft', subjects.host(action.hostId), { reason: 'test' });
      }
      expect(holdings(world.log.events).violations).toEqual([]);

      world.announce();
      world.log.settle(NOW, DEFAULT_RULES);
      for (let number = 1; number <= RUNS; number += 1) {
        world.end(`r${number}`);
        world.log.settle(NOW, DEFAULT_RULES);
      }
      const { violations, held, released } = holdings(world.log.events);
      expect(violations).toEqual([]);
      expect(held).toEqual([]);
      expect(released.size).toBe(RUNS);
      expect(decide(world.log.state(), NOW)).toEqual([]);
      for (const { state } of replicas) expect(workOf(state.work)).toEqual(naiveWork(state));

      // A replay gives the same pools.
      const fingerprints = (state: State): string[] => [...state.pools.values()].map((pool) => pool.fingerprint());
      for (const replica of replicas) {
        replica.see(world.log.events, world.log.events.length);
        expect(fingerprints(replica.state)).toEqual(fingerprints(world.log.state()));
      }
    }),
    { numRuns: 300 },
  );
});
