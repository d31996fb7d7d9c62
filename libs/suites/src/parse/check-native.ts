import type { Suite } from '../model/suite.ts';
import { suite as suiteModel } from '../model/suite.ts';
import { API_VERSION, nativeSuite } from '../native/native-suite.ts';
import { suiteRules } from '../native/rules/suite-rules.ts';
import { toModel } from '../native/to-model.ts';
import { isUnder, valueAt } from './field-path.ts';
import type { Finding } from './finding.ts';
import { show } from './secrets.ts';
import { shapeFindings } from './shape-findings.ts';

const HINT = `a suite file begins with "apiVersion: ${API_VERSION}" and "kind: Suite"`;

/** Does the document say that it is of this version? */
function versionFinding(document: object): Finding | undefined {
  const path = ['apiVersion'];
  const version = valueAt(document, path);
  if (version === API_VERSION) return undefined;
  if (version === undefined)
    return { code: 'SUITE_MISSING', path, text: `is missing; allowed is ${API_VERSION}`, hint: HINT };
  const text = `is ${show(version, path)}; allowed is ${API_VERSION}`;
  return { code: 'SUITE_INVALID_VALUE', path, text, hint: HINT };
}

/** A document of the native dialect → the model, or everything that is wrong in it but for plain secrets and its size. */
export function checkNative(document: object): Suite | readonly Finding[] {
  const version = versionFinding(document);
  // Of another version, anything else would be a guess.
  if (version?.code === 'SUITE_INVALID_VALUE') return [version];

  const parsed = nativeSuite.safeParse(document);
  const consequences = [
    ...(parsed.success ? [] : shapeFindings(parsed.error.issues, document, nativeSuite)),
    ...suiteRules(document),
  ].filter(({ path }) => !isUnder(path, ['apiVersion']));
  const findings = [...(version === undefined ? [] : [version]), ...consequences];
  if (findings.length > 0 || !parsed.success) return findings;

  const model = suiteModel.safeParse(toModel(parsed.data));
  return model.success ? model.data : shapeFindings(model.error.issues, document, suiteModel);
}
