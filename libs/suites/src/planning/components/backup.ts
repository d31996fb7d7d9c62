import type { Backup } from '../../model/components.ts';
import { DATABASE, USERS } from '../credentials.ts';
import { backupImage, postgresImage } from '../images.ts';
import type { Layout, LayoutNode } from '../layout.ts';
import { serversOf } from '../layout.ts';
import { serversUp } from '../milestones.ts';
import { escapeTemplate, secretRefPlaceholder } from '../placeholders.ts';
import type { Launch, PlannedProcess } from '../plan.ts';
import { DEFAULT_PORTS } from '../../rules/ports.ts';
import { pgDumpToFolder, pgDumpToS3, walgScript } from '../render/backup-scripts.ts';
import { BACKUP_SLOT } from '../render/settings.ts';

type Environment = Launch['env'];

/** Nobody's file of settings has a say; a service that is away fails the backup soon, and the next one tries again. */
const RCLONE: Environment = {
  RCLONE_CONFIG: '/dev/null',
  RCLONE_CONTIMEOUT: '10s',
  RCLONE_TIMEOUT: '1m',
  RCLONE_RETRIES: '2',
  RCLONE_LOW_LEVEL_RETRIES: '3',
};

/** libpq's environment. With Patroni any server may lead: libpq (and pgx) take the first that accepts writes. */
function database(layout: Layout): Environment {
  const hosts = layout.patroni ? serversOf(layout) : [layout.primary];
  return {
    PGHOST: hosts.map(({ address }) => address).join(','),
    PGPORT: hosts.map(() => String(DEFAULT_PORTS.postgres)).join(','),
    PGUSER: USERS.superuser,
    PGDATABASE: DATABASE,
    PGPASSWORD: '${SECRET:superuser}',
    PGSSLMODE: 'disable',
    ...(layout.patroni ? { PGTARGETSESSIONATTRS: 'read-write' } : {}),
  };
}

function destination({ tool, destination: to }: Backup): Environment {
  if ('path' in to) return tool === 'wal-g' ? { WALG_FILE_PREFIX: `${escapeTemplate(to.path)}/\${RUN_ID}` } : {};
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = to.s3;
  const [id, key] = [secretRefPlaceholder(accessKeyId), secretRefPlaceholder(secretAccessKey)];
  if (tool === 'wal-g')
    return {
      WALG_S3_PREFIX: `s3://${escapeTemplate(bucket)}/\${RUN_ID}`,
      AWS_ENDPOINT: escapeTemplate(endpoint),
      AWS_REGION: escapeTemplate(region),
      AWS_S3_FORCE_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: key,
    };
  return {
    ...RCLONE,
    RCLONE_CONFIG_BACKUP_TYPE: 's3',
    RCLONE_CONFIG_BACKUP_PROVIDER: 'Other',
    RCLONE_CONFIG_BACKUP_ENDPOINT: escapeTemplate(endpoint),
    RCLONE_CONFIG_BACKUP_REGION: escapeTemplate(region),
    RCLONE_CONFIG_BACKUP_ACCESS_KEY_ID: id,
    RCLONE_CONFIG_BACKUP_SECRET_ACCESS_KEY: key,
    // A bucket that is missing is an error, not one to be made.
    RCLONE_CONFIG_BACKUP_NO_CHECK_BUCKET: 'true',
    BACKUP_BUCKET: escapeTemplate(bucket),
  };
}

function scriptOf(node: string, { tool, retentionMs, destination: to }: Backup): string {
  if (tool === 'wal-g') return walgScript(retentionMs);
  return 'path' in to ? pgDumpToFolder(node, to.path, retentionMs) : pgDumpToS3(node, retentionMs);
}

function imageOf(layout: Layout, backup: Backup): Pick<Launch, 'image'> {
  if (layout.target === 'local') return {};
  const plain = backup.tool === 'pg_dump' && 'path' in backup.destination;
  const { version } = layout.primary.server;
  return {
    image: plain ? postgresImage({ ...layout.primary.server, storageEngine: 'heap' }) : backupImage({ version }),
  };
}

/** In a container it has to be brought in. */
const folderOf = ({ target }: Layout, { destination: to }: Backup): { folder?: string } =>
  target !== 'local' && 'path' in to ? { folder: to.path } : {};

/**
 * Backups on schedule, over the network, so that they run on any node. WAL-G copies the data folder by the replication
 * protocol and, so that such a copy can be restored, receives the log all the time (`wal-receive`, its own slot).
 */
export function backupProcess(layout: Layout, { node }: LayoutNode): PlannedProcess | undefined {
  const { backup } = node;
  if (backup === undefined) return undefined;
  const walg = backup.tool === 'wal-g';
  return {
    kind: 'backup',
    tool: backup.tool,
    ...(backup.retentionMs === undefined ? {} : { retentionMs: backup.retentionMs }),
    ...folderOf(layout, backup),
    startAfter: serversUp(layout),
    launch: {
      ...imageOf(layout, backup),
      ports: {},
      files: [{ path: 'backup.sh', content: scriptOf(node.name, backup), mode: '0755' }],
      env: { ...database(layout), ...destination(backup), ...(walg ? { WALG_SLOTNAME: BACKUP_SLOT } : {}) },
      ...(walg ? { run: { program: 'wal-g', args: ['wal-receive'] } } : {}),
      jobs: [{ schedule: backup.schedule, command: { program: 'sh', args: ['${CONFIG_DIR}/backup.sh'] } }],
      stopSignal: 'SIGTERM',
    },
  };
}
