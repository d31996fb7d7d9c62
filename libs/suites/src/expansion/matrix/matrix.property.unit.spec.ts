import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseSuite } from '../../parse/parse-suite.ts';

interface Case {
  readonly axes: Record<string, { path: string; values: number[] | Record<string, string> }>;
  readonly exclude: Record<string, string>[];
  readonly include: Record<string, number | string>[];
}

/** Of each axis: its labels, and a value that is not one of them. */
const PATHS = ['workload.clients', 'workload.scale', 'workload.duration'];

const axesArbitrary = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.constantFrom('1s', '2s'), { minKeys: 1, maxKeys: 4 }),
    fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
  )
  .map(([clients, scale, duration, order]): Case['axes'] => {
    const values = [clients, scale, { ...duration }];
    return Object.fromEntries(
      order.map((nth) => [`axis${nth}`, { path: PATHS[nth] ?? '', values: values[nth] ?? [] }]),
    );
  });

const labelsOf = (axis: Case['axes'][string]): string[] =>
  Array.isArray(axis.values) ? axis.values.map(String) : Object.keys(axis.values);

const caseArbitrary: fc.Arbitrary<Case> = axesArbitrary.chain((axes) => {
  const label = (name: string) => fc.constantFrom(...labelsOf(axes[name] ?? { path: '', values: [] }));
  const entry = fc
    .shuffledSubarray(Object.keys(axes), { minLength: 1 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, label(name)]))));
  const further = fc.record(
    Object.fromEntries(
      Object.entries(axes).map(([name, axis]) => [
        name,
        Array.isArray(axis.values) ? fc.integer({ min: 1001, max: 2000 }) : label(name),
      ]),
    ),
  );
  const lists = Object.values(axes).some(({ values }) => Array.isArray(values));
  return fc.record({
    axes: fc.constant(axes),
    exclude: fc.array(entry, { maxLength: 2 }),
    include: fc.uniqueArray(further, { maxLength: lists ? 3 : 0, selector: (one) => JSON.stringify(one) }),
  });
});

/** All combinations by labels, written down plainly. */
const product = (axes: Case['axes']): Record<string, string>[] =>
  Object.entries(axes).reduce<Record<string, string>[]>(
    (all, [name, axis]) => all.flatMap((one) => labelsOf(axis).map((label) => ({ ...one, [name]: label }))),
    [{}],
  );

const suiteOf = (matrix: Case): object => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 's',
  tests: [
    {
      name: 't',
      database: { topology: { nodes: [{ name: 'a', postgres: { role: 'primary' } }] } },
      workload: { tool: 'pgbench' },
      matrix,
    },
  ],
});

const reversed = <Value>(map: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(map).reverse());

it('makes the product without what is excluded and with what is included, each once, named by its labels', () => {
  fc.assert(
    fc.property(caseArbitrary, (matrix) => {
      const left = product(matrix.axes).filter(
        (one) => !matrix.exclude.some((entry) => Object.entries(entry).every(([name, label]) => one[name] === label)),
      );
      const expected = [
        ...left,
        ...matrix.include.map((entry) =>
          Object.fromEntries(Object.keys(matrix.axes).map((name) => [name, String(entry[name])])),
        ),
      ];
      const parsed = normaliseSuite(suiteOf(matrix));
      if (expected.length === 0) {
        expect(parsed).toMatchObject({ ok: false, problems: [{ code: 'SUITE_EMPTY_MATRIX' }] });
        return;
      }
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const { tests } = parsed.suite;
      expect(tests.map(({ labels }) => labels)).toEqual(expected);
      expect(tests.map(({ name }) => name)).toEqual(
        expected.map(
          (labels) =>
            `t [${Object.entries(labels)
              .map((pair) => pair.join('='))
              .join(', ')}]`,
        ),
      );
      expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
    }),
    { numRuns: 300 },
  );
});

it('does not mind the order of keys, but for that of the axes', () => {
  fc.assert(
    fc.property(caseArbitrary, (matrix) => {
      const other = {
        include: matrix.include.map(reversed),
        exclude: matrix.exclude.map(reversed),
        axes: Object.fromEntries(Object.entries(matrix.axes).map(([name, axis]) => [name, reversed(axis)])),
      };
      expect(normaliseSuite(suiteOf(other as Case))).toEqual(normaliseSuite(suiteOf(matrix)));
    }),
    { numRuns: 100 },
  );
});
