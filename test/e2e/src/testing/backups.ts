import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestS3 } from '@benchbus/service/testing';
import type { Installation } from './installation.ts';

/** The keys that the suite of backups names, as its operator provides them. */
export function provideBucketKeys({ stateDir }: Installation, { accessKeyId, secretAccessKey }: TestS3): void {
  const secrets = join(stateDir, 'secrets');
  mkdirSync(secrets, { recursive: true });
  writeFileSync(join(secrets, 'BACKUP_KEY_ID'), accessKeyId, { mode: 0o600 });
  writeFileSync(join(secrets, 'BACKUP_SECRET_KEY'), secretAccessKey, { mode: 0o600 });
}
