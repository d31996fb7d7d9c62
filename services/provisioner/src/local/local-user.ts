import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';

export interface LocalUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The unprivileged user of databases and load tools, when this process is root (PostgreSQL refuses root); undefined when
 * it is not: then everything runs as the one user there is.
 * @throws BenchbusError LOCAL_USER_UNKNOWN
 */
export function localUser(wanted: string | undefined): LocalUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of wanted === undefined ? ['postgres', 'nobody'] : [wanted]) {
    const entry = entries.find((fields) => fields[0] === name);
    if (entry !== undefined) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new BenchbusError({
    code: 'LOCAL_USER_UNKNOWN',
    message: wanted === undefined ? 'this machine has neither user postgres nor nobody' : `there is no user ${wanted}`,
    where: 'BENCHBUS_LOCAL_USER',
    hint: 'PostgreSQL refuses to run as root: name an unprivileged user of /etc/passwd',
  });
}

/** May this user pass through the folder? Asked of the kernel (modes, ACLs, mount options), not computed. */
export function canTraverse(user: LocalUser, dir: string): boolean {
  try {
    execFileSync(
      'setpriv',
      [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', 'test', '-x', `${dir}/.`],
      { stdio: 'ignore', cwd: '/' },
    );
    return true;
  } catch {
    return false;
  }
}
