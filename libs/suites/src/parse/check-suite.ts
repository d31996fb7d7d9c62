import type { Suite } from '../model/suite.ts';
import { suite as suiteModel } from '../model/suite.ts';
import { API_VERSION, nativeSuite } from '../native/native-suite.ts';
import { toModel } from '../native/to-model.ts';
import { isUnder, valueAt } from './field-path.ts';
import type { Finding } from './finding.ts';
import { ruleFindings } from './rules.ts';
import { plainSecrets, show } from './secrets.ts';
import { shapeFindings } from './shape-findings.ts';
import { unsupported } from './unsupported.ts';

export const MAX_NORMALISED_BYTES = 4 * 1024 * 1024;

/** Top-level keys of the predecessor's dialect. */
const PREDECESSOR = [
  'suite',
  'settings',
  'postgresInstance',
  'postgresCluster',
  'postgres_instance',
  'postgres_cluster',
];

/** Does the document say that it is of this dialect? Anything else about it means nothing before it does. */
function dialect(document: object): Finding[] {
  const version = valueAt(document, ['apiVersion']);
  if (version === API_VERSION) return [];
  const hint = `a suite file begins with "apiVersion: ${API_VERSION}" and "kind: Suite"`;
  if (version !== undefined)
    return [
      {
        code: 'SUITE_INVALID_VALUE',
        path: ['apiVersion'],
        text: `is ${show(version, ['apiVersion'])}; allowed is ${API_VERSION}`,
        hint,
      },
    ];
  const old = PREDECESSOR.some((key) => Object.hasOwn(document, key));
  const text = old
    ? `is missing: this looks like a file of the predecessor, whose dialect cannot be read yet; allowed is ${API_VERSION}`
    : `is missing; allowed is ${API_VERSION}`;
  return [{ code: 'SUITE_MISSING', path: ['apiVersion'], text, hint }];
}

function check(document: unknown): Suite | Finding[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return [{ code: 'SUITE_WRONG_TYPE', path: [], text: `the suite is ${show(document, [])}; allowed is a map` }];
  const secrets = plainSecrets(document);
  const wrongDialect = dialect(document);
  if (wrongDialect.length > 0) return [...wrongDialect, ...secrets];

  const parsed = nativeSuite.safeParse(document);
  const later = unsupported(document);
  const covered = later.flatMap(({ covers }) => covers).concat(secrets.map(({ path }) => path));
  const consequences = [
    ...(parsed.success ? [] : shapeFindings(parsed.error.issues, document, nativeSuite)),
    ...ruleFindings(document),
  ];
  const findings = [
    ...secrets,
    ...later.map(({ finding }) => finding),
    ...consequences.filter(({ path }) => !covered.some((root) => isUnder(path, root))),
  ];
  if (findings.length > 0 || !parsed.success) return findings;

  const model = suiteModel.safeParse(toModel(parsed.data));
  if (!model.success) return shapeFindings(model.error.issues, document, suiteModel);
  const bytes = Buffer.byteLength(JSON.stringify(model.data));
  if (bytes <= MAX_NORMALISED_BYTES) return model.data;
  return [
    {
      code: 'SUITE_TOO_LARGE',
      path: [],
      text: `normalised, the suite has ${bytes} bytes; allowed are ${MAX_NORMALISED_BYTES} (4 MiB)`,
      hint: 'split it into several suites',
    },
  ];
}

/** An untrusted document → the model, or every problem it has; never throws. */
export function checkSuite(document: unknown): { readonly suite: Suite } | { readonly findings: readonly Finding[] } {
  const result = check(document);
  return Array.isArray(result) ? { findings: result } : { suite: result };
}
