import type { Liveness } from '@benchbus/events';

const PREFIX = 'host.';

/** Which hosts live: those whose provisioner holds its liveness key. */
export interface HostWatch {
  living(): ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Resolves after the first look: until then nobody knows, and nobody may be taken for dead. `onChange`: a host came or went. */
export async function watchHosts(liveness: Liveness, onChange: () => void): Promise<HostWatch> {
  let living: ReadonlySet<string> = new Set();
  const following = await liveness.follow(PREFIX, (holders) => {
    living = new Set([...holders.keys()].map((key) => key.slice(PREFIX.length)));
    onChange();
  });
  return { living: () => living, stop: () => following.stop() };
}
