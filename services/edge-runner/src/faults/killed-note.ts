import type { HostedProcess } from '../runtime/host/process-host.ts';

/** A fault of an attempt of the workload. */
interface FaultOf {
  readonly attempt: number;
  readonly index: number;
}

/** Which fault hit the process last: written before it does, so that its end surprises nobody. */
const KILLED = 'killed-by-fault';
const restarted = ({ attempt, index }: FaultOf): string => `restarted-${attempt}-${index}`;

export const noteKill = (hosted: HostedProcess, { attempt, index }: FaultOf): Promise<void> =>
  hosted.writeNote(KILLED, JSON.stringify({ attempt, index }));

export const noteRestart = (hosted: HostedProcess, fault: FaultOf): Promise<void> =>
  hosted.writeNote(restarted(fault), '{}');

export const wasRestarted = async (hosted: HostedProcess, fault: FaultOf): Promise<boolean> =>
  (await hosted.readNote(restarted(fault))) !== undefined;

/** A fault killed it, and it has not been started again yet. */
export async function isKilledByFault(hosted: HostedProcess): Promise<boolean> {
  const text = await hosted.readNote(KILLED);
  return text !== undefined && !(await wasRestarted(hosted, JSON.parse(text) as FaultOf));
}
