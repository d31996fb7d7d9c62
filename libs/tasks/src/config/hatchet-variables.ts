import { resolve } from 'node:path';

const FILE = /^HATCHET_CLIENT_TLS_\w+_FILE$/;
/** A port of the SDK's own, the same for every process of a machine; services have BENCHBUS_HEALTH_PORT. */
const HEALTHCHECK = /^HATCHET_CLIENT_WORKER_HEALTHCHECK_/;

/** HATCHET_CLIENT_* for a process that works in another folder: paths absolute, nothing that two processes would fight for. */
export function hatchetVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith('HATCHET_CLIENT_') || HEALTHCHECK.test(name) || !value) return [];
    return [[name, FILE.test(name) && !value.includes('\n') ? resolve(value) : value] as const];
  });
  return Object.fromEntries(entries);
}
