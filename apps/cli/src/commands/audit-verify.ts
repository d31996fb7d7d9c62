import { createReadStream, existsSync } from 'node:fs';
import { verifyEvidence } from '@benchbus/audit';
import { BenchbusError } from '@benchbus/events';
import { argumentMissing } from '../argument-missing.ts';
import { givenKey } from '../client/checkpoint-places.ts';
import { knownSecrets } from '../client/known-secrets.ts';
import type { Context } from '../context.ts';
import { plural } from '../domain/plural.ts';
import { EXIT } from '../exit-codes.ts';
import { findingText } from '../render/audit-text.ts';
import type { Run } from './command.ts';

export interface VerifyArgs {
  readonly file: string | undefined;
  readonly canaries: readonly string[];
  readonly secrets?: string | undefined;
  readonly trust?: string | undefined;
  readonly json: boolean;
}

function source(file: string | undefined): string {
  const hint = 'benchbus audit export writes one';
  if (file === undefined)
    throw argumentMissing('benchbus audit verify', 'audit verify needs the file to be verified', hint);
  if (!existsSync(file))
    throw new BenchbusError({ code: 'FILE_MISSING', message: 'there is no such file', where: file, hint });
  return file;
}

async function verify(args: VerifyArgs, context: Context) {
  const file = source(args.file);
  const secrets = knownSecrets(context.env, { folder: args.secrets, canaries: args.canaries });
  const keys = args.trust === undefined ? undefined : [givenKey(args.trust)];
  return verifyEvidence(createReadStream(file), { keys, secrets });
}

/** Verifies an evidence offline: nothing but the file is asked; 1 if anything is wrong. */
export const auditVerify: Run<VerifyArgs> = async (args, context) => {
  const { findings, ...result } = await verify(args, context);
  const ok = findings.length === 0;
  if (args.json) context.out(JSON.stringify({ ok, findings, verified: result }));
  else {
    for (const finding of findings) context.out(findingText(finding, context.paint));
    const { suiteId, events, checkpoints, covered, files, keyIds, recomputed } = result;
    if (suiteId === '') return EXIT.failed;
    const key =
      args.trust === undefined ? `the key in it, ${keyIds.join(', ')}: compare it, or use --trust` : args.trust;
    const looked = [
      plural(files, 'file'),
      plural(events, 'event'),
      `${plural(checkpoints, 'checkpoint')} up to #${covered} by ${key}`,
      `numbers of ${plural(recomputed.length, 'run')} computed again from the raw output`,
    ];
    const found = ok ? 'nothing found' : plural(findings.length, 'finding');
    context.err(`${suiteId}: ${found}: ${looked.join(', ')}`);
  }
  return ok ? EXIT.success : EXIT.failed;
};
