import { BenchbusError } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';

/**
 * What runners and control plane expect of each other: tasks, questions, events, environment. `<major>.<minor>`: the minor
 * grows with what an older one may ignore, the major with what it may not. Both fit when their majors are the same.
 */
export const EDGE_PROTOCOL = '1.0';
/** Of runners that did not say: before there was another one. */
export const FIRST_EDGE_PROTOCOL = '1.0';

/** The control plane's own, as it tells a runner that it starts. */
export const EDGE_PROTOCOL_VARIABLE = 'BENCHBUS_EDGE_PROTOCOL';

const majorOf = (protocol: string): string | undefined => /^(\d+)\.\d+$/.exec(protocol)?.[1];

/** Do a runner and a control plane of these protocols understand each other? */
export function protocolsFit(one: string, other: string): boolean {
  const major = majorOf(one);
  return major !== undefined && major === majorOf(other);
}

export interface ProtocolParty {
  /** `edge runner of node pg`, `control plane` */
  readonly who: string;
  readonly version: string;
  readonly protocol: string;
}

/** EDGE_PROTOCOL_MISFIT where the other one's protocol has another major version than ours. */
export function protocolMisfit(other: ProtocolParty, ours: ProtocolParty): Problem | undefined {
  if (protocolsFit(other.protocol, ours.protocol)) return undefined;
  return {
    code: 'EDGE_PROTOCOL_MISFIT',
    message: `${other.who} ${other.version} speaks protocol ${other.protocol}, ${ours.who} ${ours.version} speaks ${ours.protocol}`,
    where: other.who,
    hint: 'install an edge runner of the control plane’s release: tools/install-edge-runner.sh --tag v<version>',
  };
}

/** @throws BenchbusError EDGE_PROTOCOL_MISFIT */
export function requireFittingProtocol(other: ProtocolParty, ours: ProtocolParty): void {
  const problem = protocolMisfit(other, ours);
  if (problem !== undefined) throw new BenchbusError(problem, { permanent: true });
}
