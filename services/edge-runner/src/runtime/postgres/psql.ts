import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { Connection } from '@benchbus/suites';
import { libpqEnv } from '../../domain/libpq-env.ts';
import { runProgram } from '../process/run-program.ts';

export interface PsqlTarget {
  readonly bin: string;
  readonly connection: Connection;
  readonly password: string;
}

/**
 * One statement over TCP with the password; its unaligned, tuples-only output.
 * @throws BenchbusError DATABASE_QUERY_FAILED with the server's message
 */
export async function psql(target: PsqlTarget, sql: string, signal?: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await runProgram({
    argv: [join(target.bin, 'psql'), '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', sql],
    env: libpqEnv(target.connection, target.password),
    timeoutMs: 60_000,
    ...(signal && { signal }),
  });
  if (code === 0) return stdout.trim();
  throw new BenchbusError({
    code: 'DATABASE_QUERY_FAILED',
    message: stderr.trim() || `psql ended with ${code}`,
    where: `${target.connection.host}:${target.connection.port}`,
  });
}
