import { isUnder } from '../../parse/field-path.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import { echo } from '../../parse/echo.ts';
import type { Finding } from '../../parse/finding.ts';
import type { Combination } from './combinations.ts';
import { describe } from './combinations.ts';

/** Where a test of the expanded document comes from. */
export interface Source {
  /** Of the test in the file. */
  readonly index: number;
  /** Undefined: the test has no matrix. */
  readonly combination: Combination | undefined;
}

interface Placed {
  readonly finding: Finding;
  readonly source: Source | undefined;
}

/** A path of the expanded document → the file's: an axis' value where it sets what the path is about. */
function placed(finding: Finding, sources: readonly Source[]): Placed {
  const [root, nth, ...rest] = finding.path;
  const source = root === 'tests' && typeof nth === 'number' ? sources[nth] : undefined;
  if (source === undefined) return { finding, source };
  const choice = source.combination?.findLast(({ axis }) => isUnder(rest, axis.target));
  const inTest: FieldPath = choice === undefined ? rest : [...choice.origin, ...rest.slice(choice.axis.target.length)];
  return { finding: { ...finding, path: ['tests', source.index, ...inTest] }, source };
}

/** Which combinations a problem is about; nothing where it is about all of the test's. */
function about(combinations: readonly Combination[], of: number): string {
  const [first] = combinations;
  if (first === undefined || (combinations.length === of && of > 1)) return '';
  const more = combinations.length - 1;
  return ` (in the combination [${echo(describe(first))}]${more > 0 ? ` and ${more} more` : ''})`;
}

/**
 * Findings of the expanded document → of the file, each said once with the combinations that have it. `naming: false`
 * leaves the combinations out, whose labels may be what must not be shown.
 */
export function locateFindings(
  findings: readonly Finding[],
  sources: readonly Source[],
  { naming = true }: { readonly naming?: boolean } = {},
): Finding[] {
  const groups = new Map<string, Placed & { readonly combinations: Combination[] }>();
  for (const each of findings) {
    const { finding, source } = placed(each, sources);
    const key = JSON.stringify([finding.code, finding.path, finding.text]);
    const group = groups.get(key) ?? { finding, source, combinations: [] };
    groups.set(key, group);
    if (source?.combination !== undefined) group.combinations.push(source.combination);
  }
  return [...groups.values()].map(({ finding, source, combinations }) => {
    if (!naming || combinations.length === 0) return finding;
    const all = sources.filter(({ index }) => index === source?.index).length;
    return { ...finding, text: `${finding.text}${about(combinations, all)}` };
  });
}
