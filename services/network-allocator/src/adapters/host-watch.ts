import { followHosts, type Liveness } from '@benchbus/events';

/** Which hosts live: those whose provisioner holds its liveness key. */
export interface HostWatch {
  living(): ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Resolves after the first look: until then nobody knows, and nobody may be taken for dead. `onChange`: a host came or went. */
export async function watchHosts(liveness: Liveness, onChange: () => void): Promise<HostWatch> {
  let living: ReadonlySet<string> = new Set();
  const following = await followHosts(liveness, (now) => {
    living = now;
    onChange();
  });
  return { living: () => living, stop: () => following.stop() };
}
