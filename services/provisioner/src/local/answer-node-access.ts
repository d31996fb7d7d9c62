import { BenchbusError, nodeAccess } from '@benchbus/events';
import type { EventBus } from '@benchbus/events';
import { postgresBin } from '../adapters/postgres-bin.ts';
import { readDeployment } from '../app/views.ts';
import type { LocalUser } from './local-user.ts';
import { nodeDir, readLabel } from './node-folder.ts';

export interface NodeAccessOptions {
  readonly bus: EventBus;
  readonly hostId: string;
  readonly installation: string;
  readonly localDir: string;
  readonly stateDir: string;
  readonly user: LocalUser | undefined;
}

/** Version of the node's server, else of any server of the plan: a client of it talks to all of them. */
async function serverVersion(bus: EventBus, runId: string, node: string): Promise<string> {
  const nodes = (await readDeployment(bus.log, runId)).plan?.data.plan.nodes ?? [];
  const own = nodes.filter(({ name }) => name === node);
  const versions = [...own, ...nodes]
    .flatMap(({ processes }) => processes)
    .flatMap((process) => ('version' in process ? [process.version] : []));
  return versions[0] ?? 'installed';
}

/** Answers `benchbus shell`: where a node of this host lives. What is said is no secret, and looked up anew. */
export function answerNodeAccess(options: NodeAccessOptions): Promise<{ stop(): Promise<void> }> {
  const { bus, hostId, installation, localDir, stateDir, user } = options;
  return bus.questions.answer(nodeAccess(hostId), async ({ runId, node }) => {
    const dir = nodeDir(localDir, runId, node);
    const label = readLabel(dir);
    if (label?.installation !== installation || label.fence.incarnation !== bus.log.incarnation)
      throw new BenchbusError({
        code: 'NODE_GONE',
        message: `node ${node} of run ${runId} is not on its host`,
        where: dir,
        hint: `benchbus events shows what became of it`,
      });
    const bin = postgresBin(await serverVersion(bus, runId, node));
    return { dir, stateDir, ...(user ? { user } : {}), ...(bin === undefined ? {} : { postgresBin: bin }) };
  });
}
