import { resolve } from 'node:path';
import { restoreLog } from '@benchbus/events';
import { argumentMissing } from '../argument-missing.ts';
import { sayEachStream } from '../client/say-each-stream.ts';
import { findConnection } from '../connection/find-connection.ts';
import { EXIT } from '../exit-codes.ts';
import { restoredText } from '../render/restored-text.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats, type ServerFlags } from './options.ts';

export interface RestoreArgs extends ServerOptions {
  readonly from?: string | undefined;
  readonly json: boolean;
}

/** Puts a back-up into a NATS server that has no log yet, as another log. */
export const restore: Run<RestoreArgs> = async ({ from, json, nats }, context) => {
  if (from === undefined)
    throw argumentMissing(
      'benchbus restore',
      '--from <dir> is needed',
      'benchbus restore --from DIR: the folder of a `benchbus backup`',
    );
  const { natsUrl, security } = findConnection(nats, context.env);
  const restored = await restoreLog({
    servers: natsUrl,
    ...security,
    dir: resolve(from),
    onProgress: sayEachStream('restoring', json, context),
  });
  context.out(json ? JSON.stringify({ ok: true, ...restored }) : restoredText(restored));
  return EXIT.success;
};

interface Options extends ServerFlags {
  readonly from?: string | undefined;
}

export const register: Register = (program, act) => {
  const command = program
    .command('restore')
    .description('put a back-up into a NATS server that has no log, as another log')
    .helpGroup(GROUP.stack)
    .option('--from <dir>', 'a folder that `benchbus backup` wrote')
    .action(({ from, json, nats }: Options) => act(restore, { from, json: flag(json), nats }));
  withJson(
    command,
    '{ok: true, newIncarnation, version, takenAt, server, incarnation, streams: [{name, messages, lastSequence, bytes, sha256}]}',
  );
  withNats(command);
  withExamples(command, [
    'restore --from /srv/backup/2026-11-28 --nats nats://127.0.0.1:4222',
    'with the services stopped; start them afterwards',
  ]);
};
