import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The version of the SDK the cases ran with. */
export function sdkVersion(): string {
  const path = createRequire(import.meta.url).resolve('@hatchet-dev/typescript-sdk/package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** The commit of this repository, `-dirty` if its files differ; `unknown` outside of one. */
export function commit(): string {
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
