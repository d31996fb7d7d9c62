import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { terraformMissing } from './domain/problems.ts';

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not to be run: the next one
  }
}

export interface FoundTerraform {
  readonly program: string;
  /** `terraform 1.11.4` */
  readonly version: string;
}

/** terraform or tofu: the one that is asked for, else the first on the PATH. @throws BenchbusError TERRAFORM_MISSING */
export function findTerraform(asked: string | undefined, path = process.env['PATH'] ?? ''): FoundTerraform {
  const named = (name: string) => (name.includes('/') ? [name] : path.split(delimiter).map((dir) => join(dir, name)));
  const candidates = (asked === undefined ? ['terraform', 'tofu'] : [asked]).flatMap(named).filter(canRun);
  for (const program of candidates) {
    try {
      const env = {
        PATH: path,
        HOME: process.env['HOME'] ?? '/',
        CHECKPOINT_DISABLE: '1',
        TF_CLI_CONFIG_FILE: '/dev/null',
      };
      const text = execFileSync(program, ['version', '-json'], {
        env,
        encoding: 'utf8',
        timeout: 20_000,
        stdio: 'pipe',
      });
      const { terraform_version: version } = JSON.parse(text) as { terraform_version: string };
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if (major > 1 || (major === 1 && minor >= 10)) return { program, version };
    } catch {
      // It does not answer: the next one.
    }
  }
  throw new BenchbusError(terraformMissing(asked));
}
