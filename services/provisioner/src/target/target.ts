import type { Fence } from '@benchbus/events';
import type { PlannedNode, Plan, Problem, SecretRef, TargetName } from '@benchbus/suites';

/** One node to make: everything a driver needs. */
export interface NodeSpec {
  readonly runId: string;
  readonly suiteId: string;
  readonly node: PlannedNode;
  readonly fence: Fence;
  readonly leaseExpiresAt: string;
  /** Secrets of the operator that the node's runner needs, by reference; not given: none. */
  readonly secretRefs?: readonly SecretRef[];
  /** The run's block. */
  readonly cidr: string;
  /** All nodes of the plan that are machines of their own: a target that makes them together needs them. */
  readonly nodes?: readonly PlannedNode[];
  /** Of the stage; ISO 8601. */
  readonly deadline?: string;
}

/** Something real that belongs to this installation. */
export interface WorldItem {
  readonly kind: 'folder' | 'process' | 'shared memory' | 'container' | 'network' | 'volume' | 'cgroup' | 'machine';
  readonly runId: string;
  /** Undefined for what belongs to the whole run. */
  readonly node: string | undefined;
  /** Incarnation of the log it was made for, where its label says so. */
  readonly incarnation: string | undefined;
  /** For people: `process 4711 (postgres -D …)`. */
  readonly what: string;
}

export interface CreateContext {
  /** Aborted when a destroy overtakes. */
  readonly signal: AbortSignal;
  /** Called before each creating effect; throws when the run is over or a newer stage began. */
  readonly guard: () => Promise<void>;
}

/** Whose plan is looked at. */
export interface CheckContext extends Pick<NodeSpec, 'runId' | 'fence'> {
  readonly signal: AbortSignal;
}

/**
 * Driver of one target. Every method is idempotent, may be repeated after a crash at any point, and touches only what
 * carries this installation's labels.
 */
export interface Target {
  readonly name: TargetName;
  /** Nodes are made at once: `createNode` is called for all before one is waited for. */
  readonly together?: boolean;
  /** What a run may take here, where that is not what this host has. */
  readonly host?: { readonly cores: number; readonly memoryBytes: number };
  /** Where what it makes lies, when that is not this host: another host that names the same place can list and remove it. */
  readonly place?: string;
  /** What makes the plan impossible here, before any effect that lasts. */
  check(plan: Plan, context: CheckContext): Promise<Problem | undefined>;
  /**
   * Makes the node and starts its edge runner, or adopts what an earlier process made for the same fence; what was made
   * for another fence is removed first. @throws BenchbusError with a coded problem that ends the attempt.
   */
  createNode(spec: NodeSpec, context: CreateContext): Promise<void>;
  /**
   * Keeps the runners of a run (or node) no longer: nothing of it is started any more after this resolves. Without a run: of
   * all, as this service ends; the runners live on.
   */
  release(runId?: string, node?: string): Promise<void>;
  /** Removes everything of the node; returns what its regular stop had left behind, for an ordinary release nothing. */
  destroyNode(runId: string, node: string): Promise<string[]>;
  /** Removes what belongs to the run as a whole, after its nodes. */
  destroyRun(runId: string): Promise<void>;
  /** Lists the real world anew: of one run, or everything of this installation. */
  list(runId?: string): Promise<WorldItem[]>;
  /** Resolves with the problem when a runner of the run does not stay up; rejects with the signal's reason. */
  gaveUp(runId: string, signal: AbortSignal): Promise<Problem>;
  /** Last lines of what the node's runner wrote, for error messages; empty if it wrote nothing. */
  tail(runId: string, node: string): Promise<string>;
}
