import { open, rename, rm } from 'node:fs/promises';
import { exportEvidence } from '@benchbus/audit';
import { BenchbusError } from '@benchbus/events';
import { argumentMissing } from '../argument-missing.ts';
import { artifactSource } from '../client/read-artifact.ts';
import { findCheckpoints } from '../client/checkpoint-places.ts';
import { suiteSubject, unknownSuite } from '../client/load-suite-events.ts';
import { readStored } from '../client/read-stored.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { plural } from '../domain/plural.ts';
import { EXIT } from '../exit-codes.ts';
import { programVersion } from '../version.ts';
import type { LogOptions, Run } from './command.ts';

export interface ExportArgs extends LogOptions {
  readonly suite: string | undefined;
  readonly out: string | undefined;
  readonly checkpoints?: string | undefined;
  readonly trust?: string | undefined;
  readonly json: boolean;
}

const missing = (option: string, what: string): BenchbusError =>
  argumentMissing(
    'benchbus audit export',
    `audit export needs ${option}, ${what}`,
    'benchbus audit export --suite SUITE --out FILE.tar.gz',
  );

const unknownArtifacts = new BenchbusError({
  code: 'CONFIG_ARTIFACTS_DIR',
  message: 'no artifact-store answers, and it is not known where the artifacts of this installation lie',
  where: 'BENCHBUS_ARTIFACTS_DIR',
  hint: 'start the artifact-store, or name its folder',
});

/** Writes a suite's evidence into one file, complete or not at all. */
export const auditExport: Run<ExportArgs> = async ({ suite, out, json, ...args }, context) => {
  if (suite === undefined) throw missing('--suite', 'which suite it is about');
  if (out === undefined) throw missing('--out', 'the file to be written');
  const subject = suiteSubject(suite);
  const connection = findConnection(args.nats, context.env);
  const { place, keys } = await findCheckpoints(context.env, { folder: args.checkpoints, trust: args.trust });
  const draft = `${out}.new`;
  // Before anything is read: that it cannot be written is a matter of the path.
  const writing = await open(draft, 'w');
  try {
    const manifest = await withBus(
      connection,
      async (bus) => {
        if ((await bus.log.readStored(subject)).length === 0) throw unknownSuite(suite);
        const { incarnation } = bus.log;
        const log = () => readStored(bus.log);
        const artifacts = await artifactSource(bus, connection.artifactsDir);
        if (artifacts === undefined) throw unknownArtifacts;
        const by = { createdBy: `benchbus ${programVersion()}`, createdAt: new Date() };
        return exportEvidence(
          { suiteId: suite, incarnation, log, place, keys, artifacts, ...by },
          writing.createWriteStream(),
        );
      },
      { ensureStreams: false, archive: args.archive },
    );
    await rename(draft, out);
    // With the manifest, which names all others.
    const files = manifest.files.length + 1;
    if (json) context.out(JSON.stringify({ ok: true, file: out, suiteId: suite, files }));
    else context.out(`${out}: ${plural(files, 'file')}; benchbus audit verify ${out}`);
  } finally {
    await writing.close().catch(() => undefined);
    await rm(draft, { force: true });
  }
  return EXIT.success;
};
