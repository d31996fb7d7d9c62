import type { AnyRecorded } from '@benchbus/events';

export interface Holdings {
  /** What must never happen, in words. */
  readonly violations: string[];
  /** What is still held at the end. */
  readonly held: string[];
  /** Runs whose network was released. */
  readonly released: Set<string>;
}

/** Reads a log as a sceptic would: without any code of the allocator, from the facts alone. */
export function holdings(events: readonly AnyRecorded[]): Holdings {
  const violations: string[] = [];
  const blocks = new Map<string, string>();
  /** Pool and run of each block that is granted. */
  const owners = new Set<string>();
  const hosts = new Map<string, Map<string, { sharing: string; cores: number; memoryBytes: number }>>();
  const size = new Map<string, { cores: number; memoryBytes: number }>();
  const released = new Set<string>();
  const deploying = new Map<string, { cidr: string; hostId: string }>();
  const last = (subject: string): string => subject.split('.').at(-1) ?? '';

  for (const event of events) {
    const where = `${event.sequence} ${event.name}`;
    if (event.name === 'HostAnnounced') size.set(last(event.subject), event.data);
    if (event.name === 'RunDeploymentRequested') deploying.set(last(event.subject), event.data);
    if (event.name === 'DeploymentDestroyed') deploying.delete(last(event.subject));
    // Somebody else is on the block: nothing of the run's is.
    if (event.name === 'DeploymentFailed' && event.data.problem.code === 'SUBNET_TAKEN')
      deploying.delete(last(event.subject));
    if (event.name === 'BlocksGranted')
      for (const { runId, cidr } of event.data.grants) {
        const block = `${event.subject} ${cidr}`;
        if (blocks.has(block)) violations.push(`${where}: ${cidr} of ${blocks.get(block) ?? ''} also for ${runId}`);
        if (owners.size === owners.add(`${event.subject} ${runId}`).size)
          violations.push(`${where}: a second block of one pool for ${runId}`);
        blocks.set(block, runId);
      }
    if (event.name === 'BlocksReleased')
      for (const { runId, cidr } of event.data.blocks) {
        if (blocks.get(`${event.subject} ${cidr}`) !== runId) violations.push(`${where}: ${cidr} was not ${runId}'s`);
        const deployed = deploying.get(runId);
        if (deployed?.cidr === cidr && event.subject.includes(`.${deployed.hostId}.`))
          violations.push(`${where}: ${runId} is still deployed`);
        blocks.delete(`${event.subject} ${cidr}`);
        owners.delete(`${event.subject} ${runId}`);
      }
    if (event.name === 'CapacityGranted') {
      const hostId = last(event.subject);
      const there = hosts.get(hostId) ?? new Map<string, (typeof event.data.grants)[number]>();
      for (const grant of event.data.grants) there.set(grant.runId, grant);
      hosts.set(hostId, there);
      const all = [...there.values()];
      if (all.length > 1 && all.some(({ sharing }) => sharing === 'exclusive'))
        violations.push(`${where}: ${hostId} is shared by ${[...there.keys()].join(', ')}, and one is exclusive`);
      const sum = all.reduce((total, { cores }) => total + cores, 0);
      if (sum > (size.get(hostId)?.cores ?? 0)) violations.push(`${where}: ${hostId} has not ${sum} cores`);
    }
    if (event.name === 'CapacityReleased')
      for (const runId of event.data.runIds) {
        if (hosts.get(last(event.subject))?.delete(runId) !== true) violations.push(`${where}: ${runId} held nothing`);
        if (deploying.get(runId)?.hostId === last(event.subject))
          violations.push(`${where}: ${runId} is still deployed`);
      }
    // What a run acts on: when it is deployed, the block and the host are its own.
    if (event.name === 'RunDeploymentRequested') {
      const runId = last(event.subject);
      const { cidr, hostId } = event.data;
      const own = [...blocks].some(
        ([block, run]) => run === runId && block.endsWith(` ${cidr}`) && block.includes(`.${hostId}.`),
      );
      if (!own) violations.push(`${where}: ${cidr} is not ${runId}'s`);
      if (hosts.get(hostId)?.has(runId) !== true) violations.push(`${where}: ${runId} has no share of ${hostId}`);
    }
    if (event.name === 'NetworkReleased') released.add(last(event.subject));
  }
  const held = [...blocks.values(), ...[...hosts.values()].flatMap((there) => [...there.keys()])];
  return { violations, held, released };
}
