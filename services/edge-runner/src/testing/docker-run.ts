import { randomInt } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, labelFilter, labelsFor, networkName, type Owner, podName } from '@benchbus/docker';
import { planDeployment, type Plan, type PlannedNode } from '@benchbus/suites';
import { exampleTest, type TestOverrides } from '@benchbus/suites/testing';
import { DockerHost } from '../runtime/host/docker/docker-host.ts';
import { DockerStepHost } from '../runtime/host/docker/docker-steps.ts';
import type { PodWithTools } from '../runtime/host/docker/pod.ts';
import type { LaunchContext } from '../topology/launch-context.ts';
import { RUNNER_IMAGE } from './docker-engine.ts';
import { PASSWORD } from './scratch.ts';

const CGROUPS = '/sys/fs/cgroup';
const QUICK = { fsync: 'off', shared_buffers: '16MB' };

/** The plan of a topology on target `docker`, in a block of this test's own. */
export function dockerPlan(more: TestOverrides = {}): Plan & { readonly cidr: string } {
  const cidr = `10.${randomInt(180, 240)}.${randomInt(1, 250)}.0/24`;
  const postgres = { version: '17', ...more.postgres, settings: { ...QUICK, ...more.postgres?.settings } } as const;
  const planned = planDeployment({
    test: exampleTest({ ...more, postgres }),
    settings: { hardwarePolicy: 'clamp', target: 'docker' },
    cidr,
    host: { cores: 64, memoryBytes: 2 ** 40 },
  });
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return { ...planned.plan, cidr };
}

const foldersOf = async (dir: string) =>
  (await readdir(dir, { withFileTypes: true }).catch(() => [])).flatMap((one) => (one.isDirectory() ? [one.name] : []));

async function removeCgroup(dir: string): Promise<void> {
  for (const name of await foldersOf(dir)) await removeCgroup(join(dir, name));
  await rmdir(dir).catch(() => undefined);
}

/** Not given: of this run alone. */
export interface Whose {
  readonly installation?: string;
  readonly runId?: string;
  readonly incarnation?: string;
}

/**
 * What the provisioner makes for a run, without a runner: the network, and for each node the container that holds its address
 * and a folder as its volume. `dispose` removes all that bears the run's labels.
 */
export async function dockerRun(
  engine: Engine,
  plan: Plan & { readonly cidr: string },
  { installation = `test${randomInt(1e9)}`, runId = 'run', incarnation = 'test' }: Whose = {},
) {
  const { docker } = engine;
  const owner: Owner = { installation, runId, fence: { incarnation, sequence: 1 } };
  const dir = await mkdtemp(join(tmpdir(), 'benchbus-pods-'));
  await chmod(dir, 0o711);
  const network = await docker.createNetwork({
    Name: networkName(installation, runId),
    IPAM: { Driver: 'default', Config: [{ Subnet: plan.cidr }] },
    Labels: labelsFor(owner),
  });
  const nodeDir = (node: string) => join(dir, node);
  const cgroupParent = (node: string) => `/benchbus-${installation}/${node}`;
  const pod = (node: string) => podName(installation, runId, node);
  for (const { name, address } of plan.nodes) {
    await mkdir(nodeDir(name));
    await chmod(nodeDir(name), 0o711);
    const container = await docker.createContainer({
      ...{ name: pod(name), Image: RUNNER_IMAGE, Entrypoint: ['sleep'], Cmd: ['infinity'] },
      Labels: labelsFor(owner, name, 'pause'),
      HostConfig: { Init: true, NetworkMode: network.id, CgroupParent: cgroupParent(name) },
      NetworkingConfig: { EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: address } } } },
    });
    await container.start();
  }
  const lines: string[] = [];
  const podOf = (node: string, sequence = 1): PodWithTools => ({
    ...{ engine, node, pod: pod(node), cgroupParent: cgroupParent(node), runnerImage: RUNNER_IMAGE },
    network: 'pod',
    owner: { ...owner, fence: { ...owner.fence, sequence } },
    ...{ nodeDir: nodeDir(node), volume: nodeDir(node), volumeOf: nodeDir },
    memoryBytes: 2 ** 28,
    pull: { policy: 'never', retries: 0, backoffMs: 1, timeoutMs: 1 },
    tell: (line) => lines.push(line),
  });
  const hostOf = (node: string, sequence = 1) => {
    const of = podOf(node, sequence);
    return new DockerHost(of, new DockerStepHost(of));
  };
  const list = () => docker.listContainers({ all: true, filters: labelFilter(installation) });
  return {
    ...{ owner, lines, pod, nodeDir, podOf, hostOf, list },
    /** The node's processes of the plan, by a host of its own: as a new runner has. */
    context: (node: PlannedNode, more: Partial<LaunchContext> = {}): LaunchContext => ({
      ...{ plan, node, runId, attempt: 1, deadline: Date.now() + 90_000 },
      host: hostOf(node.name),
      credential: (name) => `${PASSWORD}-${name}`,
      mayCreate: () => Promise.resolve(),
      tell: (step) => void lines.push(`${node.name}: ${step}`),
      limits: { commandMs: 60_000, probeEveryMs: 100, probeMs: 5_000, graceMs: 5_000 },
      ...more,
    }),
    /** Cgroup version 1 or 2: as much memory for all containers of a node. */
    limitMemory: async (node: string, bytes: number): Promise<void> => {
      const files = ['memory/X/memory.limit_in_bytes', 'memory/X/memory.memsw.limit_in_bytes', 'X/memory.max'];
      const paths = files.map((file) => join(CGROUPS, file.replace('X', cgroupParent(node))));
      const written = await Promise.all(
        paths.map((path) =>
          writeFile(path, String(bytes), { flag: 'r+' }).then(
            () => true,
            () => false,
          ),
        ),
      );
      if (!written.includes(true)) throw new Error(`no limit could be set in ${paths.join(', ')}`);
    },
    dispose: async (): Promise<void> => {
      const all = await list();
      const pauses = all.filter(({ Labels }) => Labels['benchbus.process'] === 'pause');
      for (const group of [all.filter((one) => !pauses.includes(one)), pauses])
        await Promise.all(group.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
      await network.remove();
      for (const hierarchy of ['', ...(await foldersOf(CGROUPS))])
        await removeCgroup(join(CGROUPS, hierarchy, `benchbus-${installation}`));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type DockerRun = Awaited<ReturnType<typeof dockerRun>>;
