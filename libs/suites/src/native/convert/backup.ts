import type { z } from 'zod';
import type { Backup } from '../../model/components.ts';
import { formatDuration } from '../duration.ts';
import type { backup } from '../schema/components.ts';

function destinationToModel({ s3, path }: z.output<typeof backup>['destination']): Backup['destination'] {
  if (s3 !== undefined) return { s3 };
  if (path === undefined) throw new TypeError('the rules let a backup without a destination through');
  return { path };
}

export const backupToModel = ({ retention, destination, ...rest }: z.output<typeof backup>): Backup => ({
  ...rest,
  destination: destinationToModel(destination),
  ...(retention === undefined ? {} : { retentionMs: retention }),
});

export const backupToNative = ({ retentionMs, ...rest }: Backup): z.input<typeof backup> => ({
  ...rest,
  ...(retentionMs === undefined ? {} : { retention: formatDuration(retentionMs) }),
});
