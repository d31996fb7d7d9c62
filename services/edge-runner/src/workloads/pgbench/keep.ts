import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PgbenchWorkload } from '@benchbus/suites';
import type { ArtifactFile, WorkloadContext } from '../plugin.ts';
import { stepDir } from '../step.ts';
import { logFiles, packTransactions } from './pack-transactions.ts';

/** Every logged transaction, known by this name to whoever doubts a result. */
export const TRANSACTIONS_FILE = 'transactions.log.gz';

export async function keep(_: PgbenchWorkload, context: WorkloadContext): Promise<readonly ArtifactFile[]> {
  const packed = join(context.artifactsDir, TRANSACTIONS_FILE);
  const logs = await logFiles(stepDir(context, 'measure'));
  if (logs.length > 0 && !existsSync(packed)) await packTransactions(logs, packed);
  return existsSync(packed) ? [{ name: TRANSACTIONS_FILE, contentType: 'application/gzip' }] : [];
}
