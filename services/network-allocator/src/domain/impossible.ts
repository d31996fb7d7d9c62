import type { EventData } from '@benchbus/events';
import { offerFault } from './announced.ts';
import { blockFits, blockPrefixOf, hardwareFits, hostsOf, offerOf } from './placement.ts';
import { usableAddresses } from './pool.ts';
import type { Host, NetworkRequest, PoolFault, State } from './state.ts';

export type Problem = EventData<'NetworkRejected'>['problem'];

/** No announced host of the target could take it even if it were empty. A missing host may still appear: that is not it. */
export function impossible(state: State, request: NetworkRequest): Problem | undefined {
  const hosts = hostsOf(state, request);
  if (hosts.length === 0) return undefined;
  const fitting = hosts.filter((host) => hardwareFits(host, request));
  if (fitting.length === 0) return tooMuchHardware(hosts, request);
  const sound = fitting.filter((host) => faultOf(state, host, request) === undefined);
  if (sound.length === 0) return noPool(state, fitting, request);
  return sound.some((host) => blockFits(state, host, request)) ? undefined : tooSmall(state, sound, request);
}

function faultOf(state: State, host: Host, request: NetworkRequest): PoolFault | undefined {
  const offer = offerOf(host, request);
  return offer && offerFault(state, host.hostId, offer);
}

function tooMuchHardware(hosts: readonly Host[], request: NetworkRequest): Problem {
  const offers = hosts.map((host) => `${host.hostname} has ${host.cores} cores, ${mib(host.memoryBytes)}`).join('; ');
  return {
    code: 'HW_EXCEEDS_HOST',
    message: `the nodes need ${request.cores} cores and ${mib(request.memoryBytes)} together: ${offers}`,
    where: `target ${request.target}`,
    hint: 'ask for less hardware, or let it be scaled down with hardwarePolicy: clamp',
  };
}

function noPool(state: State, hosts: readonly Host[], request: NetworkRequest): Problem {
  const faults = hosts.flatMap((host) => {
    const fault = faultOf(state, host, request);
    return fault === undefined ? [] : [{ code: fault.code, text: `${host.hostname}: ${fault.fault}` }];
  });
  return {
    code: faults[0]?.code ?? 'POOL_INVALID',
    message: `no pool of addresses of the target can be used: ${faults.map(({ text }) => text).join('; ')}`,
    where: `target ${request.target}`,
    hint: "the operator sets the target's pool: its CIDR, the prefix of its blocks, its exclusions; pools of one scope must not overlap",
  };
}

function tooSmall(state: State, hosts: readonly Host[], request: NetworkRequest): Problem {
  const offers = hosts.map((host) => {
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

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
