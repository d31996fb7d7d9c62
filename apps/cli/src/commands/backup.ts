import { resolve } from 'node:path';
import { backupLog } from '@benchbus/events';
import { argumentMissing } from '../argument-missing.ts';
import { sayEachStream } from '../client/say-each-stream.ts';
import { findConnection } from '../connection/find-connection.ts';
import { EXIT } from '../exit-codes.ts';
import { formatBytes, formatCount } from '../render/format.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats, type ServerFlags } from './options.ts';

export interface BackupArgs extends ServerOptions {
  readonly out?: string | undefined;
  readonly json: boolean;
}

/** Copies the log, the requests and the dead letters into a folder, while everything runs. */
export const backup: Run<BackupArgs> = async ({ out, json, nats }, context) => {
  if (out === undefined)
    throw argumentMissing(
      'benchbus backup',
      '--out <dir> is needed',
      'benchbus backup --out /srv/backup/today: an empty folder, or one that is not there yet',
    );
  const { natsUrl, security } = findConnection(nats, context.env);
  const dir = resolve(out);
  const manifest = await backupLog({
    servers: natsUrl,
    ...security,
    dir,
    onProgress: sayEachStream('copying', json, context),
  });
  if (json) context.out(JSON.stringify({ ok: true, dir, ...manifest }));
  else {
    for (const { name, messages, bytes, sha256 } of manifest.streams)
      context.out(`${name}  ${formatCount(messages)} messages  ${formatBytes(bytes)}  sha256 ${sha256.slice(0, 16)}…`);
    context.out(`${dir} holds the log ${manifest.incarnation} as of ${manifest.takenAt}`);
  }
  return EXIT.success;
};

interface Options extends ServerFlags {
  readonly out?: string | undefined;
}

export const register: Register = (program, act) => {
  const command = program
    .command('backup')
    .description('copy the log, the requests and the dead letters into a folder, while everything runs')
    .helpGroup(GROUP.stack)
    .option('--out <dir>', 'an empty folder, or one that is not there yet')
    .action(({ out, json, nats }: Options) => act(backup, { out, json: flag(json), nats }));
  withJson(
    command,
    '{ok: true, dir, version, takenAt, server, incarnation, streams: [{name, messages, lastSequence, bytes, sha256}]}',
  );
  withNats(command);
  withExamples(command, ['backup --out /srv/backup/2026-11-28', 'before an upgrade, or every night']);
};
