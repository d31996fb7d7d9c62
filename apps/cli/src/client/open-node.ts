import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EventBus } from '@benchbus/events';
import { BenchbusError, nodeAccess, subjects } from '@benchbus/events';
import { databasePassword, readInstallationKey } from '@benchbus/service';
import type { DeployedNode } from '../domain/find-node.ts';

/** Everything a shell in a node needs. */
export interface OpenNode {
  readonly dir: string;
  /** Where a shell begins: the node's folder, or one inside that its user may list. */
  readonly start: string;
  readonly password: string;
  readonly postgresBin: string | undefined;
  /** Who the shell runs as, where that is not the caller: only root can be somebody else. */
  readonly user:
    { readonly uid: number; readonly gid: number; readonly name: string; readonly home: string } | undefined;
}

const ANSWER_MS = 5_000;

async function hostName(bus: EventBus, hostId: string): Promise<string> {
  const announced = (await bus.log.read(subjects.host(hostId))).findLast(({ name }) => name === 'HostAnnounced');
  return announced?.name === 'HostAnnounced' ? `${announced.data.hostname} (${hostId})` : hostId;
}

/** How far below the node's folder. */
const MAX_DEPTH = 2;

/** The node's folder belongs to its runner, and lets others pass, not look: the first folder inside that this user owns. */
function listable(dir: string, uid: number): string | undefined {
  let level = [dir];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const inside = level.flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(folder, name))
        .sort((a, b) => Number(basename(b) === 'postgres') - Number(basename(a) === 'postgres')),
    );
    const own = inside.find((folder) => statSync(folder, { throwIfNoEntry: false })?.uid === uid);
    if (own !== undefined) return own;
    level = inside;
  }
  return undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Name and home of a user of this machine. */
function passwd(uid: number): { name: string; home: string } {
  const lines = (readIfThere('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
  const entry = lines.find((fields) => fields[2] === String(uid));
  return { name: entry?.[0] ?? String(uid), home: entry?.[5] ?? '/' };
}

function keyOf(stateDir: string): Buffer {
  try {
    return readInstallationKey(stateDir);
  } catch (error) {
    throw new BenchbusError({
      code: 'NODE_FORBIDDEN',
      message: `the installation's key cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
      where: stateDir,
      hint: 'only who started the installation (benchbus up), or root, may open a shell in its nodes',
    });
  }
}

/**
 * Asks the node's host where it lives, and makes sure that this is that host.
 * @throws BenchbusError TARGET_CANNOT | HOST_UNREACHABLE | HOST_ELSEWHERE | NODE_GONE | NODE_FORBIDDEN
 */
export async function openNode(bus: EventBus, { runId, target, hostId, node }: DeployedNode): Promise<OpenNode> {
  if (target !== 'local')
    throw new BenchbusError({
      code: 'TARGET_CANNOT',
      message: `node ${node.name} of run ${runId} is on target ${target}, which has no shell yet`,
      where: 'NODE',
      hint: 'shells are for nodes of target local',
    });
  const question = nodeAccess(hostId);
  const access = await bus.questions
    .ask(question, { runId, node: node.name }, { timeoutMs: ANSWER_MS })
    .catch(async (error: unknown) => {
      if (!(error instanceof BenchbusError) || error.code !== 'NO_ANSWER') throw error;
      throw new BenchbusError({
        code: 'HOST_UNREACHABLE',
        message: `the provisioner of host ${await hostName(bus, hostId)} does not answer`,
        where: 'NODE',
        hint: 'start it (benchbus up on that host); benchbus doctor looks at this one',
      });
    });
  const { dir, stateDir, postgresBin } = access;
  const here = readIfThere(join(stateDir, 'host-id'))?.trim() === hostId && statSync(dir, { throwIfNoEntry: false });
  if (!here)
    throw new BenchbusError({
      code: 'HOST_ELSEWHERE',
      message: `node ${node.name} of run ${runId} is on host ${await hostName(bus, hostId)}, not on this machine`,
      where: 'NODE',
      hint: 'log in there, and use `benchbus shell` with the same --nats',
    });
  const uid = access.user?.uid ?? here.uid;
  const gid = access.user?.gid ?? here.gid;
  const switches = process.getuid?.() === 0 && uid !== 0;
  const user = switches ? { uid, gid, ...passwd(uid) } : undefined;
  return {
    dir,
    start: user === undefined ? dir : (listable(dir, uid) ?? dir),
    password: databasePassword(keyOf(stateDir), runId),
    postgresBin,
    user,
  };
}
