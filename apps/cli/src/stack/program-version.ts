import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** `nats-server: v2.15.2` → 2.15.2. */
export const parseVersion = (text: string): string | undefined => /v?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];

/** Version a program prints for `--version`; undefined if it cannot be run. */
export async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    return parseVersion(stdout);
  } catch {
    return undefined; // whoever asks says that it cannot be run
  }
}
