import type { EventBus, Leftover } from '@benchbus/events';
import { BenchbusError, hostJanitor, problemOf } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { KnownHost } from '../domain/hosts.ts';
import { knownHosts } from '../domain/hosts.ts';
import { unreleased, UNRELEASED_SUBJECTS } from '../domain/unreleased.ts';
import type { Unreleased } from '../domain/unreleased.ts';
import { readLog } from './read-log.ts';

export interface HostAnswer {
  readonly host: KnownHost;
  /** Undefined: it did not answer; `problem` says how. */
  readonly leftovers?: readonly Leftover[];
  readonly problem?: Problem;
}

export interface JanitorReport {
  readonly hosts: readonly HostAnswer[];
  readonly log: Unreleased;
}

export interface AskJanitors {
  readonly dryRun: boolean;
  /** Removing takes the grace that processes get to end, once for each node. */
  readonly timeoutMs: number;
}

async function askHost(bus: EventBus, host: KnownHost, { dryRun, timeoutMs }: AskJanitors): Promise<HostAnswer> {
  try {
    const { leftovers } = await bus.questions.ask(hostJanitor(host.hostId), { dryRun }, { timeoutMs });
    return { host, leftovers };
  } catch (error) {
    if (!(error instanceof BenchbusError)) throw error;
    return { host, problem: problemOf(error) };
  }
}

/**
 * Asks the provisioner of every host that has not left, and of those that left but are alive all the same, to look for
 * leftovers now; with it what the log itself shows.
 */
export async function askJanitors(bus: EventBus, options: AskJanitors): Promise<JanitorReport> {
  const events = await readLog(bus, UNRELEASED_SUBJECTS);
  const known = knownHosts(events);
  const alive = await Promise.all(known.map(({ hostId }) => bus.liveness.holder(`host.${hostId}`)));
  const asked = known.filter(({ left }, index) => !left || alive[index] !== undefined);
  const hosts = await Promise.all(asked.map((host) => askHost(bus, host, options)));
  return { hosts, log: unreleased(events) };
}
