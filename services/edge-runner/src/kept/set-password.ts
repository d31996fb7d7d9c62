import { BenchbusError } from '@benchbus/events';
import type { HostedProcess, RunOptions } from '../runtime/host/process-host.ts';

const FILE = 'password.sql';

/** The statements are read from a file, as everybody reads arguments. */
const SINGLE_USER = 'exec postgres --single -D "$1" postgres < "$2"';

/**
 * Gives the superuser of a restored data folder the password of this run: the copy has that of the run which made it. The server
 * does not listen yet: PostgreSQL's single-user mode, which ends with its input.
 * @param user a plain name, password letters and digits alone, as both are derived
 * @throws BenchbusError DATABASE_INIT_FAILED
 */
export async function setPassword(
  hosted: HostedProcess,
  { user, password }: { readonly user: string; readonly password: string },
  options: RunOptions,
): Promise<void> {
  const { dataDir, configDir } = hosted.place;
  await hosted.writeFile(FILE, `ALTER ROLE "${user}" WITH PASSWORD '${password}';\n`, '0600');
  try {
    const args = ['-c', SINGLE_USER, 'sh', dataDir, `${configDir}/${FILE}`];
    const { code, stderr } = await hosted.run({ program: 'sh', args, env: {} }, options);
    // A statement that fails does not fail the program.
    const wrong = /^.*\b(?:ERROR|FATAL|PANIC): .*$/m.exec(stderr)?.[0];
    if (code === 0 && wrong === undefined) return;
    throw new BenchbusError({
      code: 'DATABASE_INIT_FAILED',
      message: `the restored data could not be given this run's password: ${wrong ?? `postgres --single ended with ${code ?? 'a signal'}`}`,
      where: dataDir,
    });
  } finally {
    await hosted.removeFile(FILE);
  }
}
