import { expandDocument } from '../expansion/matrix/expand-document.ts';
import type { ExpandedDocument } from '../expansion/matrix/expand-document.ts';
import { locateFindings } from '../expansion/matrix/locate.ts';
import type { Suite } from '../model/suite.ts';
import { suite as suiteModel } from '../model/suite.ts';
import { API_VERSION, nativeSuite } from '../native/native-suite.ts';
import { planRules } from '../native/rules/plan-rules.ts';
import { suiteRules } from '../native/rules/suite-rules.ts';
import { toModel } from '../native/to-model.ts';
import { isUnder, valueAt } from './field-path.ts';
import type { Finding } from './finding.ts';
import { plainSecrets, show } from './secrets.ts';
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

/** An axis may put a secret where it shows that it is one; its labels would repeat it, so nothing else is said then. */
function axisSecrets({ document, sources }: ExpandedDocument): Finding[] {
  const inAxes = plainSecrets(document).filter(({ path: [root, nth] }) => {
    return root === 'tests' && typeof nth === 'number' && sources[nth]?.combination !== undefined;
  });
  return locateFindings(inAxes, sources, { naming: false }).filter(({ path }) => path[2] === 'matrix');
}

/** Shape and rules, but for what a test whose matrix is wrong only seems to lack. */
function contentFindings(
  { document, broken }: ExpandedDocument,
  issues: Parameters<typeof shapeFindings>[0],
): readonly Finding[] {
  const isBroken = ({ path: [root, nth] }: Finding): boolean =>
    root === 'tests' && typeof nth === 'number' && broken.has(nth);
  return [
    ...shapeFindings(issues, document, nativeSuite).filter(
      (finding) => finding.code !== 'SUITE_MISSING' || !isBroken(finding),
    ),
    ...suiteRules(document).filter((finding) => !isBroken(finding)),
  ];
}

/** A document of the native dialect → the model, or everything that is wrong in it but for plain secrets and its size. */
export function checkNative(document: object): Suite | readonly Finding[] {
  const version = versionFinding(document);
  // Of another version, anything else would be a guess.
  if (version?.code === 'SUITE_INVALID_VALUE') return [version];

  const expanded = expandDocument(document);
  const inMatrices = expanded.findings.filter(({ code }) => code === 'SUITE_PLAIN_SECRET');
  const exposed = [...inMatrices, ...axisSecrets(expanded)];
  if (exposed.length > 0) return exposed;
  const parsed = nativeSuite.safeParse(expanded.document);
  const findings = [
    ...(version === undefined ? [] : [version]),
    ...expanded.findings,
    ...locateFindings(
      contentFindings(expanded, parsed.success ? [] : parsed.error.issues).filter(
        ({ path }) => !isUnder(path, ['apiVersion']),
      ),
      expanded.sources,
    ),
  ];
  if (findings.length > 0 || !parsed.success) return findings;

  const model = suiteModel.safeParse(toModel(parsed.data));
  if (!model.success) return shapeFindings(model.error.issues, document, suiteModel);
  const unplannable = planRules(model.data, expanded.document);
  return unplannable.length > 0 ? locateFindings(unplannable, expanded.sources) : model.data;
}
