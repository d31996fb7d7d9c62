import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { untilUnlocked } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import { writeWhole } from '../process/files.ts';
import { runProgram } from '../process/run-program.ts';
import { HBA } from './conf.ts';
import type { ServerSpec } from './server-spec.ts';

const INITDB_TIMEOUT_MS = 120_000;

async function runInitdb({ bin, files, connection, password, user, labels }: ServerSpec, signal: AbortSignal) {
  await writeWhole(files.passwordFile, `${password}\n`, 0o600, user);
  try {
    const options = ['-D', files.data, '-U', connection.user, `--pwfile=${files.passwordFile}`];
    const access = ['--auth-host=scram-sha-256', '--auth-local=reject', '--encoding=UTF8', '--locale=C.UTF-8'];
    return await runProgram({
      argv: ['flock', '--no-fork', files.initdbLock, join(bin, 'initdb'), ...options, ...access],
      env: labels,
      user,
      timeoutMs: INITDB_TIMEOUT_MS,
      signal,
    });
  } finally {
    await rm(files.passwordFile, { force: true });
  }
}

/**
 * A fresh data folder, whatever a crashed try left: waits for its initdb to end, wipes, starts again, marks completion.
 * @throws BenchbusError DATABASE_INIT_FAILED
 */
export async function initialise(spec: ServerSpec, signal: AbortSignal): Promise<void> {
  const { files, user } = spec;
  await untilUnlocked(files.initdbLock, signal);
  for (const left of [files.initialised, files.passwordFile, files.data])
    await rm(left, { recursive: true, force: true });
  await spec.mayCreate();
  crashPoint('before.initdb');
  const { code, stderr } = await runInitdb(spec, signal);
  if (code !== 0) {
    throw new BenchbusError({
      code: 'DATABASE_INIT_FAILED',
      message: stderr.trim().split('\n').slice(-5).join('\n') || `initdb ended with ${code}`,
      where: files.data,
    });
  }
  await writeWhole(files.hba, HBA, 0o600, user);
  await appendFile(files.mainConf, "\ninclude 'benchbus.conf'\n");
  await writeWhole(files.initialised, JSON.stringify({ attempt: spec.attempt }), 0o644, user);
  crashPoint('after.initdb');
}
