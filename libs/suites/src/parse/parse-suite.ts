import type { Topology } from '../model/database.ts';
import type { Problem } from '../model/problem.ts';
import type { Suite } from '../model/suite.ts';
import { toNative } from '../native/to-native-yaml.ts';
import type { Note } from '../predecessor/note.ts';
import type { Lifted, NameOf } from '../secrets/lift-secrets.ts';
import { liftSecrets } from '../secrets/lift-secrets.ts';
import { checkSuite } from './check-suite.ts';
import { decode } from './decode.ts';
import { depthFinding } from './depth.ts';
import { readYaml } from './read-yaml.ts';
import type { Positions, Values } from './report.ts';
import { report } from './report.ts';

export type ParsedSuite =
  | {
      readonly ok: true;
      readonly suite: Suite;
      /** A predecessor's file of a database template alone: to be validated and planned, not to be run. */
      readonly template?: Topology;
      /** How a predecessor's file was understood, where that is not plain. */
      readonly notes?: readonly Note[];
      /** Where lifting was asked for: what may be published (a predecessor's file in native form), and the secrets. */
      readonly lifted?: Lifted & { readonly dialect: 'native' | 'predecessor' };
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** Shown in messages; a predecessor's suite is called after it. */
  readonly file?: string;
  /** Lift plain secrets at their known places out, under these names, instead of refusing them. */
  readonly secretName?: NameOf;
  /** `kind`: problems say what kind of value is wrong and not the value, fit for the log. Default `shown`. */
  readonly values?: Values;
}

/** What is wrong with a file as a whole is shown at its start. */
const wholeFile = (file: string): Positions => ({ file, offsetOf: () => 0, lineColumn: () => ({ line: 1, col: 1 }) });

function judge(document: unknown, options: ParseOptions, positions?: Positions): ParsedSuite {
  const { values = 'shown' } = options;
  const deep = depthFinding(document);
  if (deep !== undefined) return { ok: false, problems: report([deep], values, positions) };
  const lifted = options.secretName && liftSecrets(document, options.secretName);
  const checked = checkSuite(lifted === undefined ? document : lifted.document, options.file);
  if ('findings' in checked) return { ok: false, problems: report(checked.findings, values, positions) };
  const { suite, dialect, template, notes = [] } = checked;
  const published = dialect === 'native' ? lifted?.document : toNative(suite);
  return {
    ok: true,
    suite,
    ...(template === undefined ? {} : { template }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(lifted === undefined ? {} : { lifted: { document: published, secrets: lifted.secrets, dialect } }),
  };
}

/**
 * A suite file of either dialect → the model. Lists all problems, in the order of the text, each with its position and
 * field path; no message ever holds a secret's value. Never throws.
 */
export function parseSuite(input: string | Uint8Array, options: ParseOptions = {}): ParsedSuite {
  const { file = 'suite', values = 'shown' } = options;
  const text = decode(input);
  if (typeof text !== 'string') return { ok: false, problems: report([text], values, wholeFile(file)) };
  const { value, findings, positions } = readYaml(text, file);
  return findings.length > 0
    ? { ok: false, problems: report(findings, values, positions) }
    : judge(value, options, positions);
}

const TEMPLATE_ONLY: Problem = {
  code: 'SUITE_TEMPLATE_ONLY',
  message: 'a database template alone says nothing to run',
  hint: 'put it into a test of a suite, as its databaseTemplate, or convert it and add a workload',
};

/**
 * A suite that arrives as a value (JSON in SuiteRequested), or as the text of a file → the same; it has to be one that can
 * run. Its problems go to the log, which is never deleted: they repeat keys, and of values only the kind. Never throws.
 */
export function normaliseSuite(value: unknown): ParsedSuite {
  const parsed = typeof value === 'string' ? parseSuite(value, { values: 'kind' }) : judge(value, { values: 'kind' });
  return parsed.ok && parsed.template !== undefined ? { ok: false, problems: [TEMPLATE_ONLY] } : parsed;
}
