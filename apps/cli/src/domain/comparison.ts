import { BenchbusError } from '@benchbus/events';
import { compareTest, type ComparedTest, type MeasuredTest } from '@benchbus/results';

/** A suite, or one test of it. */
export interface ComparedSide {
  readonly suiteId: string;
  readonly test: string | undefined;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** A factor. */
  readonly margin: number;
  /** Runs that were no measurement of the database count, too: somebody asked for it. */
  readonly includesInvalid?: true;
  readonly tests: readonly ComparedTest[];
  /** Tests that only one side has, or has measured. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

/** `<suite>` or `<suite>/<test>`; a test's name may contain a slash. */
export function parseSide(text: string): ComparedSide {
  const slash = text.indexOf('/');
  return slash === -1
    ? { suiteId: text, test: undefined }
    : { suiteId: text.slice(0, slash), test: text.slice(slash + 1) };
}

/** `5%`, `0.5 %` → a factor. @throws BenchbusError ARGUMENT_INVALID */
export function parseMargin(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]);
  if (value > 0 && value < 100) return value / 100;
  throw new BenchbusError({
    code: 'ARGUMENT_INVALID',
    message: `${JSON.stringify(text)} is not a percentage between 0 and 100`,
    where: '--fail-on',
    hint: 'for example --fail-on 5%',
  });
}

type Measured = ReadonlyMap<string, MeasuredTest>;

function chosen(measured: Measured, { suiteId, test }: ComparedSide): Measured {
  if (test === undefined) return measured;
  const one = measured.get(test);
  if (one !== undefined) return new Map([[test, one]]);
  const known = [...measured.keys()].join(', ') || 'none';
  throw new BenchbusError({
    code: 'SUITE_TEST_UNKNOWN',
    message: `suite ${suiteId} has no completed run of a test ${JSON.stringify(test)}`,
    where: `${suiteId}/${test}`,
    hint: `tests with completed runs: ${known}`,
  });
}

const nameOf = ({ suiteId, test }: ComparedSide) => (test === undefined ? suiteId : `${suiteId}/${test}`);

/** Tests of the same name; where each side has one alone, these, whatever their names. */
function pairs(a: Measured, b: Measured): [name: string, MeasuredTest, MeasuredTest][] {
  const [[nameA, onlyA] = [], [nameB, onlyB] = []] = [[...a][0], [...b][0]];
  if (a.size === 1 && b.size === 1 && onlyA !== undefined && onlyB !== undefined)
    return [[nameA === nameB ? `${nameA}` : `${nameA} / ${nameB}`, onlyA, onlyB]];
  return [...a].flatMap(([name, left]) => {
    const right = b.get(name);
    return right === undefined ? [] : [[name, left, right]];
  });
}

/**
 * What was measured, B against A.
 * @throws BenchbusError SUITE_TEST_UNKNOWN | NOTHING_TO_COMPARE
 */
export function compareSides(
  [sideA, measuredA]: readonly [ComparedSide, Measured],
  [sideB, measuredB]: readonly [ComparedSide, Measured],
  margin: number,
): Comparison {
  const [a, b] = [chosen(measuredA, sideA), chosen(measuredB, sideB)];
  const found = pairs(a, b);
  if (found.length === 0)
    throw new BenchbusError({
      code: 'NOTHING_TO_COMPARE',
      message: 'no test has completed runs on both sides',
      where: `${nameOf(sideA)}, ${nameOf(sideB)}`,
      hint: `${nameOf(sideA)} measured: ${[...a.keys()].join(', ') || 'nothing'}; ${nameOf(sideB)}: ${[...b.keys()].join(', ') || 'nothing'}; SUITE/TEST names one test of each`,
    });
  const tests = found.map(([name, left, right]) => compareTest(name, left, right, margin));
  if (tests.every(({ primary }) => primary.a === undefined || primary.b === undefined))
    throw new BenchbusError({
      code: 'NOTHING_TO_COMPARE',
      message: 'no test has valid runs on both sides: a client was saturated, a host noisy, or a run was interrupted',
      where: `${nameOf(sideA)}, ${nameOf(sideB)}`,
      hint: '`benchbus results` says why; `benchbus rerun` measures again; --include-invalid compares them all the same',
    });
  const paired = a.size === 1 && b.size === 1;
  const missing = (of: Measured, other: Measured) => (paired ? [] : [...of.keys()].filter((name) => !other.has(name)));
  return {
    a: nameOf(sideA),
    b: nameOf(sideB),
    margin,
    tests,
    onlyA: missing(a, b),
    onlyB: missing(b, a),
  };
}
