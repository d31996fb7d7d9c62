import type { Finding } from '../../parse/finding.ts';
import { Budget } from './budget.ts';
import type { Combination } from './combinations.ts';
import { combinationsOfTest, combine, isMap } from './expand-test.ts';
import type { TestMap } from './expand-test.ts';
import type { Source } from './locate.ts';
import { secretAxes } from './secret-axes.ts';

export interface ExpandedDocument {
  /** The same document without any `matrix`: one test per combination. */
  readonly document: object;
  /** By index of the expanded tests. */
  readonly sources: readonly Source[];
  /** What is wrong in the matrices themselves; paths are the file's. */
  readonly findings: readonly Finding[];
  /** Indexes of expanded tests whose matrix is wrong: they stand there without it, and may lack what it sets. */
  readonly broken: ReadonlySet<number>;
}

interface Built {
  readonly value: unknown;
  readonly combination: Combination | undefined;
}

const isCombinations = (result: readonly Combination[] | readonly Finding[]): result is readonly Combination[] =>
  result.every((each) => Array.isArray(each));

function expandTest(test: TestMap, budget: Budget): readonly Built[] | readonly Finding[] {
  const path = ['matrix'];
  const secret = secretAxes(test['matrix']);
  if (secret.length > 0) return secret;
  const combinations = combinationsOfTest(test, budget);
  if (!isCombinations(combinations)) return combinations;
  const tooMany = budget.takeTests(combinations.length, path);
  if (tooMany.length > 0) return tooMany;
  const built: Built[] = [];
  const findings: Finding[] = [];
  for (const combination of combinations) {
    const made = combine(test, combination);
    if ('code' in made) findings.push(made);
    else {
      findings.push(...budget.takeBytes(made.value, path));
      built.push({ value: made.value, combination });
    }
    // The next combinations have the same to say.
    if (findings.length > 0) return findings;
  }
  return built;
}

const isBuilt = (result: readonly Built[] | readonly Finding[]): result is readonly Built[] =>
  result.every((each) => 'combination' in each);

/** Every `matrix` of an untrusted document → tests, in order. Pure; never throws. */
export function expandDocument(document: object): ExpandedDocument {
  const tests: unknown = 'tests' in document ? document.tests : undefined;
  if (!Array.isArray(tests)) return { document, sources: [], findings: [], broken: new Set() };
  const all: unknown[] = [];
  const sources: Source[] = [];
  const findings: Finding[] = [];
  const broken = new Set<number>();
  const budget = new Budget();
  for (const [index, test] of (tests as unknown[]).entries()) {
    const add = ({ value, combination }: Built): void => {
      all.push(value);
      sources.push({ index, combination });
    };
    if (!isMap(test) || test['matrix'] === undefined) {
      add({ value: test, combination: undefined });
      continue;
    }
    const made = expandTest(test, budget);
    if (isBuilt(made)) made.forEach(add);
    else {
      const { matrix: _, ...base } = test;
      broken.add(all.length);
      add({ value: base, combination: undefined });
      findings.push(...made.map((finding) => ({ ...finding, path: ['tests', index, ...finding.path] })));
    }
  }
  return { document: { ...document, tests: all }, sources, findings, broken };
}
