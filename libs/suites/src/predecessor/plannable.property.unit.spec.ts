import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseSuite, parseSuite } from '../parse/parse-suite.ts';
import type { ParsedSuite } from '../parse/parse-suite.ts';
import { demandOf } from '../planning/demand.ts';
import { planDeployment } from '../planning/plan-deployment.ts';
import { familiarNames } from '../secrets/secret-names.ts';
import { predecessorArbitrary } from '../testing/predecessor-arbitrary.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import type { Suite } from '../model/suite.ts';

/** Why its runs cannot be planned on a host that has all they ask for. */
const unplannable = ({ tests, settings }: Suite): string[] =>
  tests.flatMap((test) => {
    const planned = planDeployment({ test, settings, cidr: '10.2.0.0/24', host: demandOf(test) });
    return planned.ok ? [] : planned.problems.map(({ code, message }) => `${code} ${message}`);
  });

const suiteOf = (parsed: ParsedSuite): Suite => {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.suite;
};

it("every valid predecessor's file is accepted, plans, and is the same suite in its native form", () => {
  fc.assert(
    fc.property(predecessorArbitrary, (document) => {
      const parsed = parseSuite(JSON.stringify(document), { secretName: familiarNames() });
      const suite = suiteOf(parsed);
      expect(unplannable(suite)).toEqual([]);
      const published = parsed.ok ? parsed.lifted?.document : undefined;
      expect(suiteOf(normaliseSuite(JSON.parse(JSON.stringify(published))))).toEqual(suite);
    }),
    { numRuns: 300 },
  );
}, 120_000);

it('every valid native suite plans', () => {
  fc.assert(
    fc.property(suiteArbitrary, (suite) => {
      expect(unplannable(suite)).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 120_000);
