import { BenchbusError } from '@benchbus/events';

/**
 * What runners and control plane expect of each other: tasks, questions, events, environment. `<major>.<minor>`: the minor
 * grows with what an older one may ignore, the major with what it may not. Both fit when their majors are the same.
 */
export const EDGE_PROTOCOL = '1.0';

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

/** @throws BenchbusError EDGE_PROTOCOL_MISFIT where the other one's protocol has another major version than ours */
export function requireFittingProtocol(other: ProtocolParty, ours: ProtocolParty): void {
  if (protocolsFit(other.protocol, ours.protocol)) return;
  throw new BenchbusError(
    {
      code: 'EDGE_PROTOCOL_MISFIT',
      message: `${other.who} ${other.version} speaks protocol ${other.protocol}, ${ours.who} ${ours.version} speaks ${ours.protocol}`,
      where: other.who,
      hint: 'install an edge runner of the control plane’s release: tools/install-edge-runner.sh --tag v<version>',
    },
    { permanent: true },
  );
}
