import { BenchbusError } from '@benchbus/events';
import { runProgram } from './run-program.ts';

/** The rights that the database and the load tool run with. */
export interface LocalUser {
  readonly name: string;
  /** Set only when the runner is root and has to drop its rights. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

/** `postgres:x:101:104:…` (passwd(5)) → its ids. */
export function parsePasswd(line: string): { uid: number; gid: number } | undefined {
  const [, , uid, gid] = line.trim().split(':');
  if (!/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined;
  return { uid: Number(uid), gid: Number(gid) };
}

async function lookUp(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const { code, stdout } = await runProgram({ argv: ['getent', 'passwd', name], timeoutMs: 10_000 });
  return code === 0 ? parsePasswd(stdout) : undefined;
}

/**
 * As root: `wanted`, else `postgres`, else `nobody`, because PostgreSQL refuses root; as anybody else: that user.
 * @throws BenchbusError LOCAL_USER_UNKNOWN | LOCAL_USER_IS_ROOT
 */
export async function resolveLocalUser(wanted: string | undefined): Promise<LocalUser> {
  if (process.getuid?.() !== 0) return { name: process.env['USER'] ?? String(process.getuid?.()), ids: undefined };
  for (const name of wanted === undefined ? ['postgres', 'nobody'] : [wanted]) {
    const ids = await lookUp(name);
    if (ids === undefined) continue;
    if (ids.uid !== 0) return { name, ids };
    throw new BenchbusError({
      code: 'LOCAL_USER_IS_ROOT',
      message: `${name} is root, and PostgreSQL refuses to run as root`,
      where: 'BENCHBUS_LOCAL_USER',
      hint: 'name an unprivileged user',
    });
  }
  throw new BenchbusError({
    code: 'LOCAL_USER_UNKNOWN',
    message: `there is no user ${wanted ?? 'postgres or nobody'} on this machine`,
    where: 'BENCHBUS_LOCAL_USER',
    hint: 'name an existing unprivileged user',
  });
}
