import { XMLBuilder } from 'fast-xml-parser';
import type { ComparedTest } from '@benchbus/results';
import type { Comparison } from '../domain/comparison.ts';
import { comparedCells } from './comparison-cells.ts';
import { marginText } from './comparison-text.ts';

const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });

function testCase({ test, verdict, reason, primary }: ComparedTest, of: Comparison): object {
  const [name, left, right, change] = comparedCells(primary);
  const line = `${name}: ${left} → ${right}, ${change}`;
  return {
    '@_classname': of.b,
    '@_name': test,
    ...(verdict === 'worse'
      ? { failure: { '@_type': 'worse', '@_message': `${line}: worse by more than ${marginText(of.margin)}` } }
      : {}),
    ...(verdict === 'inconclusive' ? { skipped: { '@_message': reason ?? '' } } : {}),
    'system-out': line,
  };
}

/** One test case a test: a failure where B is worse, skipped where it is inconclusive. */
export function comparisonJunit(comparison: Comparison): string {
  const { a, b, tests } = comparison;
  const count = (verdict: ComparedTest['verdict']) => tests.filter((test) => test.verdict === verdict).length;
  const suite = {
    '@_name': `${b} against ${a}`,
    '@_tests': tests.length,
    '@_failures': count('worse'),
    '@_skipped': count('inconclusive'),
    testcase: tests.map((test) => testCase(test, comparison)),
  };
  const document = { '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' }, testsuites: { testsuite: suite } };
  return String(builder.build(document)).trimEnd();
}
