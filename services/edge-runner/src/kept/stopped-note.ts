import type { HostedProcess } from '../runtime/host/process-host.ts';

/** The server is stopped to be copied: written before it is, so that its end surprises nobody, until it runs again. */
const STOPPED = 'stopped-for-copy';

export const noteStopped = (hosted: HostedProcess, isStopped: boolean): Promise<void> =>
  hosted.writeNote(STOPPED, JSON.stringify({ isStopped }));

export const isStoppedForCopy = async (hosted: HostedProcess): Promise<boolean> =>
  (JSON.parse((await hosted.readNote(STOPPED)) ?? '{}') as { isStopped?: boolean }).isStopped === true;
