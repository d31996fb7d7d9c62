import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processKind, type Connection, type Plan, type PlannedNode } from '@benchbus/suites';
import { endAtOnce } from '../domain/end-at-once.ts';
import { LocalHost } from '../runtime/host/local/local-host.ts';
import { LocalProcess } from '../runtime/host/local/local-process.ts';
import { processFiles } from '../runtime/host/process-files.ts';
import { findBinaries, type PsqlTarget } from '../runtime/postgres/index.ts';
import { resolveLocalUser, type LocalUser } from '../runtime/process/local-user.ts';
import type { LaunchContext } from '../topology/launch-context.ts';
import { setUpNode, type NodeProof } from '../topology/set-up-node.ts';
import { testPlan } from './test-plan.ts';

/** Ends what runs in a node's folder, whoever started it, so that no shared memory stays. */
async function endProcesses(nodeDir: string): Promise<void> {
  const user = await resolveLocalUser(undefined);
  const patience = AbortSignal.timeout(20_000);
  for (const name of await readdir(nodeDir)) {
    const kind = processKind.safeParse(name).data;
    if (kind === undefined) continue;
    const files = processFiles(nodeDir, kind);
    // Its HOME is its own folder: no label says more surely whose it is.
    const process = new LocalProcess({ kind, files, binDir: undefined, user, labels: { HOME: files.runDir } });
    await process.untilIdle(patience);
    await process.stop({ signal: endAtOnce(kind), graceMs: 5_000 });
  }
}

/** A run's folder for one test, with those of its nodes; its processes are ended, and all of it removed. */
export async function scratchRun(names: readonly string[]) {
  const dir = await mkdtemp(join(tmpdir(), 'benchbus-edge-'));
  const nodes = names.map((name) => join(dir, name));
  for (const folder of [dir, ...nodes]) {
    await mkdir(folder, { recursive: true });
    // As the provisioner does: the unprivileged user has to get through.
    await chmod(folder, 0o711);
  }
  return {
    dir,
    nodeDir: (name: string) => join(dir, name),
    dispose: async () => {
      for (const node of nodes) await endProcesses(node);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A node's folder for one test. */
export async function scratchNode() {
  const run = await scratchRun(['pg']);
  return { dir: run.nodeDir('pg'), dispose: run.dispose };
}

export const PASSWORD = 'a-secret-of-tests-0123456789';

/** Of this test file alone: what a set-up finds of its own run and node it ends, and files run beside each other. */
const SCRATCH_RUN = `test-${randomBytes(4).toString('hex')}`;

export interface ContextOptions {
  readonly plan: Plan;
  readonly node: PlannedNode;
  readonly nodeDir: string;
  readonly attempt?: number;
  readonly runId?: string;
  readonly mayCreate?: () => Promise<void>;
  readonly deadline?: number;
}

export const labelsFor = (runId: string, node: string) => ({
  BENCHBUS_INSTALLATION: 'test',
  BENCHBUS_RUN: runId,
  BENCHBUS_NODE: node,
});

/** What the executor needs, for a node of a test. */
export async function launchContext(options: ContextOptions): Promise<LaunchContext> {
  const { plan, node, nodeDir, attempt = 1, runId = SCRATCH_RUN, deadline = Date.now() + 60_000 } = options;
  const user = await resolveLocalUser(undefined);
  return {
    ...{ plan, node, runId, attempt, deadline },
    host: new LocalHost({ nodeDir, user, labels: labelsFor(runId, node.name) }),
    credential: () => PASSWORD,
    mayCreate: options.mayCreate ?? (() => Promise.resolve()),
    tell: () => undefined,
    limits: { commandMs: 60_000, probeEveryMs: 50, probeMs: 5_000, graceMs: 5_000 },
  };
}

/** A server that runs, and what a load tool needs to use it. */
export interface ScratchServer extends PsqlTarget {
  readonly connection: Connection;
  readonly user: LocalUser;
  readonly steps: LocalHost['steps'];
  readonly labels: Readonly<Record<string, string>>;
  readonly mayCreate: () => Promise<void>;
  readonly proof: NodeProof;
}

/** Sets up the only database node of a plan. */
export async function scratchServer(nodeDir: string, plan: Plan = testPlan()): Promise<ScratchServer> {
  const [node] = plan.nodes;
  if (node === undefined || 'url' in plan.connection) throw new Error('a plan of one server');
  const context = await launchContext({ plan, node, nodeDir });
  const proof = await setUpNode(context, new AbortController().signal);
  return {
    bin: await findBinaries({ version: 'installed', programs: ['postgres', 'psql'] }),
    connection: plan.connection,
    password: PASSWORD,
    user: await resolveLocalUser(undefined),
    steps: context.host.steps as LocalHost['steps'],
    labels: labelsFor(SCRATCH_RUN, node.name),
    mayCreate: context.mayCreate,
    proof,
  };
}

/** Names in /dev/shm now. */
export const sharedMemory = async (): Promise<string[]> => readdir('/dev/shm').catch(() => []);
