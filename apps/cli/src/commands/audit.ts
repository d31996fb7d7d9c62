import { audit as auditAll, keyIdOf, publicPem, trust, type AuditResult } from '@benchbus/audit';
import { BenchbusError } from '@benchbus/events';
import { Argument } from 'commander';
import { artifactSource } from '../client/read-artifact.ts';
import { findCheckpoints, type Checkpoints } from '../client/checkpoint-places.ts';
import { knownSecrets } from '../client/known-secrets.ts';
import { suiteSubject, unknownSuite } from '../client/load-suite-events.ts';
import { readStored } from '../client/read-stored.ts';
import { stderrScreen } from '../client/screen.ts';
import { findConnection, type Connection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { auditSummary, findingText } from '../render/audit-text.ts';
import { ProgressBar } from '../render/progress-bar.ts';
import { auditExport } from './audit-export.ts';
import { auditVerify } from './audit-verify.ts';
import type { Act, LogOptions, Register, Run } from './command.ts';
import { flag, GROUP, withExamples, withJson, withLog } from './options.ts';
import type { LogFlags } from './options.ts';

export interface AuditArgs extends LogOptions {
  readonly suite?: string | undefined;
  readonly canaries: readonly string[];
  readonly secrets?: string | undefined;
  readonly checkpoints?: string | undefined;
  readonly trust?: string | undefined;
  readonly publicKey: boolean;
  readonly json: boolean;
}

/** A suite's end is signed at once; a busy machine may take a little. */
const GRACE_MS = 60_000;

const BESIDE = ['REQUESTS', 'DEADLETTERS', 'TELEMETRY'] as const;

async function printKeys({ keys }: Checkpoints, json: boolean, context: Context): Promise<void> {
  if (keys.length === 0)
    throw new BenchbusError({
      code: 'KEY_MISSING',
      message: 'no checkpoint was signed here yet, so there is no key',
      hint: 'it is made when the artifact-store starts for the first time: npx benchbus up',
    });
  const shown = keys.map((key) => ({ keyId: keyIdOf(key), pem: publicPem(key).trimEnd() }));
  context.out(json ? JSON.stringify({ ok: true, keys: shown }) : shown.map(({ pem }) => pem).join('\n'));
}

function look(
  args: AuditArgs,
  connection: Connection,
  checkpoints: Checkpoints,
  context: Context,
): Promise<AuditResult & { readonly artifactsRead: boolean }> {
  const secrets = knownSecrets(context.env, { folder: args.secrets, canaries: args.canaries });
  return withBus(
    connection,
    async (bus) => {
      if (args.suite !== undefined && (await bus.log.readStored(suiteSubject(args.suite))).length === 0)
        throw unknownSuite(args.suite);
      const total = await bus.log.lastSequence();
      const bar = new ProgressBar(stderrScreen(), 'auditing');
      const artifacts = await artifactSource(bus, connection.artifactsDir);
      const result = await auditAll({
        incarnation: bus.log.incarnation,
        messages: readStored(bus.log),
        secrets,
        beside: Object.fromEntries(BESIDE.map((stream) => [stream, bus.readStream(stream)])),
        checkpoints: { place: checkpoints.place, trusted: trust(checkpoints.keys) },
        artifacts,
        suite: args.suite,
        now: Date.now(),
        graceMs: GRACE_MS,
        onProgress: (sequence) => bar.show(sequence, total),
      });
      bar.end();
      return { ...result, artifactsRead: artifacts !== undefined };
    },
    { ensureStreams: false, archive: args.archive },
  );
}

/** Verifies the log, its checkpoints and the artifacts; 1 if anything is wrong. */
export const audit: Run<AuditArgs> = async (args, context) => {
  const checkpoints = await findCheckpoints(context.env, { folder: args.checkpoints, trust: args.trust });
  if (args.publicKey) {
    await printKeys(checkpoints, args.json, context);
    return EXIT.success;
  }
  if (args.suite !== undefined) suiteSubject(args.suite); // refused before a server is needed
  const connection = findConnection(args.nats, context.env);
  const result = await look(args, connection, checkpoints, context);
  const ok = result.findings.length === 0;
  if (args.json) {
    const { findings, artifactsRead: _, ...checked } = result;
    context.out(JSON.stringify({ ok, findings, checked: { ...checked, keys: checkpoints.from } }));
  } else {
    for (const finding of result.findings) context.out(findingText(finding, context.paint));
    const missing = [
      ...(result.checkpoints === 0 ? [`checkpoints (none of this log in ${checkpoints.folder})`] : []),
      ...(result.artifactsRead
        ? []
        : ['artifacts (no artifact-store answers; BENCHBUS_ARTIFACTS_DIR names its folder)']),
    ];
    context.err(auditSummary(result, { keys: checkpoints.from, missing }));
  }
  return ok ? EXIT.success : EXIT.failed;
};

interface Options extends LogFlags {
  readonly suite?: string;
  readonly out?: string;
  readonly canary?: readonly string[];
  readonly secrets?: string;
  readonly checkpoints?: string;
  readonly trust?: string;
  readonly publicKey?: boolean;
}

const ACTIONS = ['export', 'verify'] as const;

function perform(act: Act, action: (typeof ACTIONS)[number] | undefined, file: string | undefined, options: Options) {
  const { canary: canaries = [], publicKey, json, suite, out, secrets, checkpoints, trust, nats } = options;
  const common = { trust, json: flag(json), archive: flag(options.archive) };
  if (action === 'export') return act(auditExport, { ...common, suite, out: out ?? file, checkpoints, nats });
  if (action === 'verify') return act(auditVerify, { ...common, file, canaries, secrets });
  return act(audit, { ...common, suite, canaries, secrets, checkpoints, publicKey: flag(publicKey), nats });
}

export const register: Register = (program, act) => {
  const command = program
    .command('audit')
    .description('verify the log, its signed checkpoints and the stored files; export a proof, verify one')
    .helpGroup(GROUP.reading)
    .addArgument(
      new Argument('[action]', "export: a suite's evidence as one file; verify: such a file, without a server").choices(
        ACTIONS,
      ),
    )
    .addArgument(new Argument('[file]', 'of verify: the evidence'))
    .option('--suite <id>', 'only what concerns this suite; the suite to export')
    .option('--out <file>', 'of export: what to write (.tar.gz)')
    .option('--canary <value...>', 'values that must stand nowhere, beside the known secrets')
    .option('--secrets <folder>', 'known secrets, a file each (default: those of the installation)')
    .option(
      '--checkpoints <place>',
      'where checkpoints lie, a folder or s3://bucket/prefix (default: BENCHBUS_CHECKPOINTS_DIR, else .benchbus/checkpoints)',
    )
    .option('--trust <file>', 'the public key whose signatures count (default: that of the installation)')
    .option('--public-key', 'print the public key of the installation, to be kept elsewhere')
    .action((action: (typeof ACTIONS)[number] | undefined, file: string | undefined, options: Options) =>
      perform(act, action, file, options),
    );
  withJson(
    command,
    '{ok, findings: [{code, sequence, subject, message}], checked: {events, aggregates, checkpoints, covered, artifacts, secrets, keys}}; export prints {ok, file, suiteId, files}, verify {ok, findings, verified: {suiteId, events, checkpoints, covered, files, keyIds, recomputed}}, --public-key {ok, keys: [{keyId, pem}]}',
  );
  withLog(command);
  withExamples(
    command,
    ['audit', 'everything; one line per finding, exit code 1 if there is one'],
    ['audit --suite quickstart-abc123', 'one suite: its events, leases, files, checkpoints'],
    ['audit --canary "$PLANTED"', 'nor may this value stand anywhere'],
    ['audit --archive', 'the archive of the log, where there is one (docs/operations/archive.md)'],
    ['audit --public-key > benchbus.pem', 'to be kept where this machine cannot change it; then --trust'],
    [
      'audit export --suite quickstart-abc123 --out proof.tar.gz',
      'events, signatures, schemas, configurations, raw output',
    ],
    ['audit verify proof.tar.gz --trust benchbus.pem', 'anywhere; the numbers are computed again from the raw output'],
  );
};
