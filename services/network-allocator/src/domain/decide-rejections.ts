import type { EventData } from '@benchbus/events';
import { goOn, openRequests, type OpenRequest } from './decide-grants.ts';
import { answer, type Intent } from './intent.ts';
import { blockFits, blockPrefixOf, candidates, hardwareFits, hostsOf } from './placement.ts';
import { usableAddresses } from './pool.ts';
import type { NetworkRequest, State } from './state.ts';

type Problem = EventData<'NetworkRejected'>['problem'];

/** Requests that can never be met by the hosts there are, and those whose time is over. */
export function decideRejections(state: State, now: number): Intent[] {
  return openRequests(state).flatMap((entry) => {
    // What was granted is used, even a little late: giving it back would help nobody.
    if (goOn(state, entry) !== undefined) return [];
    const problem = impossible(state, entry.request) ?? tooLate(state, entry.request, now);
    return problem === undefined ? [] : [reject(entry, problem)];
  });
}

/** When the next request runs out of time, in ms since the epoch, after `now`; undefined if none does. */
export function nextDeadline(state: State, now: number): number | undefined {
  const deadlines = openRequests(state)
    .map(({ request }) => Date.parse(request.deadline))
    .filter((deadline) => deadline > now);
  return deadlines.length === 0 ? undefined : Math.min(...deadlines);
}

/** No announced host of the target could take it even if it were empty. A missing host may still appear: that is not it. */
function impossible(state: State, request: NetworkRequest): Problem | undefined {
  const hosts = hostsOf(state, request);
  if (hosts.length === 0 || candidates(state, request).length > 0) return undefined;
  const fitting = hosts.filter((host) => hardwareFits(host, request));
  if (fitting.length === 0) {
    const offers = hosts.map((host) => `${host.hostname} has ${host.cores} cores, ${mib(host.memoryBytes)}`).join('; ');
    return {
      code: 'HW_EXCEEDS_HOST',
      message: `the nodes need ${request.cores} cores and ${mib(request.memoryBytes)} together: ${offers}`,
      where: `target ${request.target}`,
      hint: 'ask for less hardware, or let it be scaled down with hardwarePolicy: clamp',
    };
  }
  if (fitting.some((host) => blockFits(state, host, request))) return undefined;
  const offers = fitting.map((host) => {
    const prefix = blockPrefixOf(state, host, request) ?? 32;
    return `${host.hostname} has blocks of /${prefix} with ${usableAddresses(prefix)}`;
  });
  return {
    code: 'BLOCK_TOO_SMALL',
    message: `the run needs ${request.addresses} addresses, one for each node: ${offers.join('; ')}`,
    where: `target ${request.target}`,
    hint: "let the target's pool have bigger blocks (a smaller blockPrefix), or use fewer nodes",
  };
}

function tooLate(state: State, request: NetworkRequest, now: number): Problem | undefined {
  if (Date.parse(request.deadline) > now) return undefined;
  const where = `target ${request.target}`;
  const hosts = hostsOf(state, request);
  if (hosts.length === 0) {
    const there = [...state.hosts.values()].map(
      (host) => `${host.hostname} (${host.targets.map(({ name }) => name).join(', ') || 'no target'})`,
    );
    return {
      code: 'NO_HOST',
      message: `no host offered target ${request.target} until ${request.deadline}; there were: ${there.join(', ') || 'none'}`,
      where,
      hint: `start a provisioner for target ${request.target}`,
    };
  }
  const states = hosts.map((host) => {
    const runs = [...(state.capacities.get(host.hostId)?.grants.keys() ?? [])];
    return `${host.hostname} ${runs.length === 0 ? 'had no free block' : `was used by ${runs.slice(0, 5).join(', ')}${runs.length > 5 ? ` and ${runs.length - 5} more` : ''}`}`;
  });
  return {
    code: 'QUEUE_TIMEOUT',
    message: `no host and block became free until ${request.deadline}: ${states.join('; ')}`,
    where,
    hint: 'wait longer (timeouts.queue), or allow runs to share a host (sharing: allowed)',
  };
}

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

const reject = ({ run, request }: OpenRequest, problem: Problem): Intent =>
  answer(run, request, { name: 'NetworkRejected', data: { attempt: request.attempt, problem } });
