import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryOf } from '@benchbus/service';
import type { ChildSpec } from './child-spec.ts';

/** The services of the stack; edge runners are started by the provisioner, on their nodes. */
export const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'] as const;
export type ServiceName = (typeof SERVICES)[number];

const servicesDir = fileURLToPath(new URL('../../../../services', import.meta.url));

/** A service as production starts it; ready when it prints its ready line, which is when /readyz answers 200. */
export function serviceSpec(name: ServiceName, env: Readonly<Record<string, string>>): ChildSpec {
  const cwd = join(servicesDir, name);
  return {
    name,
    command: process.execPath,
    args: ['--import', '@benchbus/service/telemetry', entryOf(join(cwd, 'src/main.ts'), env)],
    env: { ...env, LOG_MOD: 'production', BENCHBUS_HEALTH_PORT: '0' },
    cwd,
    ready: (line) => (line.includes('"msg":"ready"') ? true : undefined),
    readyTimeoutMs: 60_000,
    graceMs: 15_000,
  };
}
