import { InvalidArgumentError, Option } from 'commander';
import type { EventBus } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { loadSuiteEvents, suiteSubject } from '../client/load-suite-events.ts';
import { compareSides, parseMargin, parseSide, type ComparedSide } from '../domain/comparison.ts';
import type { Comparison } from '../domain/comparison.ts';
import { measuredTests } from '../domain/measured-tests.ts';
import { suiteResults } from '../domain/suite-results.ts';
import { EXIT } from '../exit-codes.ts';
import { comparisonJunit } from '../render/comparison-junit.ts';
import { comparisonMarkdown } from '../render/comparison-markdown.ts';
import { comparisonText } from '../render/comparison-text.ts';
import type { Paint } from '../render/style.ts';
import type { Register, Run, ServerOptions } from './command.ts';
import { flag, GROUP, withExamples, withJson, withNats } from './options.ts';

const FORMATS = {
  text: comparisonText,
  markdown: comparisonMarkdown,
  junit: comparisonJunit,
} as const satisfies Record<string, (comparison: Comparison, paint: Paint) => string>;
type Format = keyof typeof FORMATS;

export interface CompareArgs extends ServerOptions {
  readonly a: string;
  readonly b: string;
  readonly failOn: string;
  /** Also runs that were no measurement of the database. */
  readonly includeInvalid: boolean;
  readonly format: Format;
  readonly json: boolean;
}

const measured = async (bus: EventBus, side: ComparedSide, invalidToo: boolean) =>
  [side, measuredTests(suiteResults(side.suiteId, await loadSuiteEvents(bus, side.suiteId)), invalidToo)] as const;

/** Holds what two suites measured against each other; 1 only if B is worse by more than the margin. */
export const compare: Run<CompareArgs> = async (
  { a, b, failOn, includeInvalid, format, json, nats },
  { env, out, paint },
) => {
  const margin = parseMargin(failOn);
  const sides = [parseSide(a), parseSide(b)] as const;
  for (const { suiteId } of sides) suiteSubject(suiteId); // refused before a server is needed
  const comparison = await withBus(findConnection(nats, env), async (bus) =>
    compareSides(await measured(bus, sides[0], includeInvalid), await measured(bus, sides[1], includeInvalid), margin),
  );
  const worse = comparison.tests.some(({ verdict }) => verdict === 'worse');
  const shown = includeInvalid ? { ...comparison, includesInvalid: true as const } : comparison;
  out(json ? JSON.stringify({ ok: !worse, ...shown }) : FORMATS[format](shown, paint));
  return worse ? EXIT.failed : EXIT.success;
};

export const register: Register = (program, act) => {
  const format = new Option('--format <format>', 'how it is printed')
    .choices(Object.keys(FORMATS))
    .default('text')
    .argParser((text: string): Format => {
      if (text in FORMATS) return text as Format;
      throw new InvalidArgumentError(`known are ${Object.keys(FORMATS).join(', ')}`);
    });
  const command = program
    .command('compare <a> <b>')
    .description('hold what suite B measured against suite A; SUITE/TEST names one test')
    .helpGroup(GROUP.reading)
    .option('--fail-on <percent>', 'margin: exit 1 if B is worse by more than this', '5%')
    .option('--include-invalid', 'also runs whose client was saturated, whose host was noisy, or that were interrupted')
    .addOption(format)
    .action(
      (
        a: string,
        b: string,
        given: { failOn: string; includeInvalid?: boolean; format: Format; json?: boolean; nats?: string },
      ) =>
        act(compare, {
          a,
          b,
          failOn: given.failOn,
          includeInvalid: flag(given.includeInvalid),
          format: given.format,
          json: flag(given.json),
          nats: given.nats,
        }),
    );
  withJson(
    command,
    '{ok, a, b, margin, includesInvalid?, tests: [{test, verdict: "better" | "worse" | "same" | "inconclusive", reason?, leftOut: {a, b}, primary: {name, unit, better, a?, b?, interval?: {ratio, low, high}}, others, differences: [{where, a?, b?}]}], onlyA, onlyB}',
  );
  withNats(command);
  withExamples(
    command,
    ['compare pg15-abc123 pg16-def456', 'each test of the two suites, by its primary metric'],
    ['compare sweep-abc123/small sweep-abc123/large', 'two tests of one suite'],
    ['compare main-abc123 branch-def456 --fail-on 3%', 'exit 1 if the branch is slower by more than 3 %'],
    ['compare main-abc123 branch-def456 --format markdown', 'for a comment on a pull request'],
  );
};
