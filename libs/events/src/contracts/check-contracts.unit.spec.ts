import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { EVENTS } from '../schemas/catalog.ts';
import { defineEvent } from '../schemas/define-event.ts';
import { UPCASTERS } from '../schemas/upcast.ts';
import { checkContracts, type Checked, type Frozen } from './check-contracts.ts';
import { checkRepository } from './check-repository.ts';
import { CONTRACTS, contractsOf, type Contract } from './contract.ts';
import { contractSchema } from './contract-schema.ts';
import { definedTypes } from './defined-types.ts';
import { freeze } from './freeze.ts';
import { FROZEN, readFrozen } from './frozen-files.ts';

test('the registry keeps what was published (else: npm run events:check says what breaks)', async () => {
  expect(await checkRepository()).toEqual([]);
});

const documentation = { what: 'What a test needs.', when: 'Never' };
/** NetworkReleased of the registry, as somebody might change it. */
const changedTo = (version: number, data: z.ZodType): Contract[] =>
  contractsOf([defineEvent('network', 'NetworkReleased', version, documentation, data)]);

const frozenOf = (type: string): Frozen => {
  const found = readFrozen().find((frozen) => frozen.type === type);
  if (found === undefined) throw new Error(`${type} is not frozen`);
  return found;
};
const released = frozenOf(EVENTS.NetworkReleased.type);
const check = (given: Partial<Checked>) =>
  checkContracts({ contracts: [], upcasters: [], frozen: [released], defined: [], ...given });
const codes = (given: Partial<Checked>) => check(given).map(({ code }) => code);

const shape = EVENTS.NetworkReleased.data.shape;

describe('a change of a published type', () => {
  const kinds = z.enum(['small', 'large']);
  const before = z.strictObject({
    size: kinds,
    bytes: z.int().min(0).meta({ 'x-unit': 'bytes' }),
    note: z.string().optional(),
    nodes: z.array(z.strictObject({ name: z.string(), on: z.boolean() })),
    labels: z.record(z.string(), z.string()),
    how: z.discriminatedUnion('tool', [
      z.strictObject({ tool: z.literal('a'), speed: z.number() }),
      z.strictObject({ tool: z.literal('b') }),
    ]),
  });
  const frozen = freeze(changedTo(1, before), [], []).map((one): Frozen => ({
    ...one,
    unchanged: { schema: true, fixtures: true },
  }));
  const { size, bytes, note, nodes, labels, how } = before.shape;
  const withA = (a: z.ZodRawShape) =>
    z.discriminatedUnion('tool', [z.strictObject({ tool: z.literal('a'), ...a }), how.options[1]]);

  test.each<[string, z.ZodType, string, string]>([
    ['a removed field', before.omit({ bytes: true }), 'FIELD_REMOVED', 'bytes'],
    ['a removed optional field', before.omit({ note: true }), 'FIELD_REMOVED', 'note'],
    ['a retyped field', before.extend({ bytes: z.string() }), 'FIELD_RETYPED', 'bytes'],
    ['another unit', before.extend({ bytes: bytes.meta({ 'x-unit': 'kB' }) }), 'FIELD_RETYPED', 'bytes'],
    ['a new required field', before.extend({ more: z.string() }), 'FIELD_REQUIRED', 'more'],
    ['an optional field made required', before.extend({ note: note.unwrap() }), 'FIELD_REQUIRED', 'note'],
    ['a required field made optional', before.extend({ size: size.optional() }), 'FIELD_OPTIONAL', 'size'],
    ['a narrowed enum', before.extend({ size: size.exclude(['large']) }), 'VALUE_REMOVED', 'size'],
    ['a widened enum', before.extend({ size: z.enum([...kinds.options, 'huge']) }), 'VALUE_ADDED', 'size'],
    ['any text instead of an enum', before.extend({ size: z.string() }), 'FIELD_RETYPED', 'size'],
    ['a tighter limit', before.extend({ bytes: bytes.min(1) }), 'CONSTRAINT_CHANGED', 'bytes'],
    [
      'a removed field of an element',
      before.extend({ nodes: z.array(nodes.element.omit({ on: true })) }),
      'FIELD_REMOVED',
      'nodes[].on',
    ],
    [
      'retyped values of a record',
      before.extend({ labels: z.record(z.string(), z.number()) }),
      'FIELD_RETYPED',
      'labels.*',
    ],
    ['an alternative less', before.extend({ how: how.options[0] }), 'FIELD_RETYPED', 'how'],
    [
      'a retyped field of an alternative',
      before.extend({ how: withA({ speed: z.string() }) }),
      'FIELD_RETYPED',
      'how.speed',
    ],
    [
      'an alternative more',
      before.extend({ how: z.discriminatedUnion('tool', [...how.options, z.strictObject({ tool: z.literal('c') })]) }),
      'VALUE_ADDED',
      'how',
    ],
  ])('%s is refused, and told what to do', (_, after, code, field) => {
    expect(labels).toBeDefined();
    const problems = checkContracts({ contracts: changedTo(1, after), upcasters: [], frozen, defined: [] });
    expect(problems.filter((found) => found.code !== 'CONTRACT_FIXTURE_MISSING')).toContainEqual({
      code: `CONTRACT_${code}`,
      message: expect.stringContaining(field) as string,
      where: `io.benchbus.network.released.v1#${field}`,
      hint: 'v1 is published: make io.benchbus.network.released.v2 with an upcaster from v1 (CONTRIBUTING.md, "To change an event")',
    });
  });

  test('nothing but words changed: nothing to say', () => {
    const after = before.extend({ size: size.describe('other words') });
    expect(
      checkContracts({ contracts: changedTo(1, after), upcasters: [], frozen, defined: [] }).map(({ code }) => code),
    ).toEqual(['CONTRACT_FIXTURE_MISSING']);
  });
});

test('a new optional field is allowed, and to be recorded', () => {
  const after = changedTo(1, EVENTS.NetworkReleased.data.extend({ note: z.string().optional() }));
  const [problem, ...others] = check({ contracts: after });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: 'CONTRACT_FIELD_ADDED', hint: 'npm run events:freeze records it' });
  const again = freeze(after, [released], []).map((one): Frozen => ({ ...released, ...one }));
  expect(check({ contracts: after, frozen: again })).toEqual([]);
});

describe('registration', () => {
  test('a published type that is not in the registry', () => {
    expect(codes({})).toEqual(['CONTRACT_TYPE_UNREGISTERED']);
  });

  test('a published version that the registry is behind', () => {
    expect(
      codes({
        contracts: changedTo(1, z.strictObject(shape)),
        frozen: [{ ...released, type: released.type.replace('v1', 'v2') }],
      }),
    ).toContain('CONTRACT_TYPE_UNREGISTERED');
  });

  test('a definition that nobody registered', () => {
    const contracts = contractsOf([EVENTS.NetworkReleased]);
    expect(check({ contracts, defined: ['io.benchbus.network.moved.v1'] })).toMatchObject([
      { code: 'CONTRACT_TYPE_UNREGISTERED', where: 'io.benchbus.network.moved.v1' },
    ]);
  });

  test('a registered type that is not frozen', () => {
    expect(codes({ contracts: contractsOf([EVENTS.NetworkReleased]), frozen: [] })).toEqual(['CONTRACT_NOT_FROZEN']);
  });

  test('every file of src/schemas is seen, and each type is in the registry once', async () => {
    const types = CONTRACTS.map(({ type }) => type);
    expect((await definedTypes()).sort()).toEqual([...types].sort());
    expect(new Set(types).size).toBe(types.length);
  });
});

describe('the next version', () => {
  const type = EVENTS.NetworkReleased.type;
  const v2 = changedTo(2, z.strictObject({ ...shape, by: z.string() }));
  const upcast = (data: unknown) => ({ ...(data as object), by: 'unknown' });
  const frozen = [
    released,
    { ...released, type: type.replace('v1', 'v2'), schema: v2.map(contractSchema)[0] ?? {}, fixtures: [] },
  ];
  const codesOf = (upcasters: Checked['upcasters']) =>
    new Set(codes({ contracts: v2, frozen, upcasters }).filter((code) => code !== 'CONTRACT_FIXTURE_MISSING'));

  test('reads what the old one wrote', () => expect(codesOf([{ type, upcast }])).toEqual(new Set()));
  test('needs an upcaster', () => expect(codesOf([])).toEqual(new Set(['CONTRACT_UPCASTER_MISSING'])));
  test('needs one that gives what the schema wants', () =>
    expect(codesOf([{ type, upcast: (data) => data }])).toEqual(new Set(['CONTRACT_FIXTURE_REFUSED'])));
  test('needs one that changes nothing in place', () =>
    expect(codesOf([{ type, upcast: (data) => Object.assign(data as object, { by: 'unknown' }) }])).toEqual(
      new Set(['CONTRACT_UPCASTER_IMPURE']),
    ));
  test('needs one that always says the same', () => {
    let calls = 0;
    const counting = (data: unknown) => ({ ...(data as object), by: String((calls += 1)) });
    expect(codesOf([{ type, upcast: counting }])).toEqual(new Set(['CONTRACT_UPCASTER_IMPURE']));
  });
});

describe('what is frozen', () => {
  const contracts = contractsOf([EVENTS.NetworkReleased]);
  const [fixture] = released.fixtures;
  const withBody = (data: object) => ({
    subject: '',
    sequence: 1,
    headers: {},
    ...fixture,
    body: new TextEncoder().encode(JSON.stringify(data)),
  });

  test('needs a fixture', () => {
    expect(codes({ contracts, frozen: [{ ...released, fixtures: [] }] })).toEqual(['CONTRACT_FIXTURE_MISSING']);
  });

  test('has fixtures that nobody edited: their hash says so', () => {
    expect(codes({ contracts, frozen: [{ ...released, fixtures: [withBody({ hostId: 'another' })] }] })).toEqual([
      'CONTRACT_FIXTURE_CHANGED',
    ]);
  });

  test.each(['schema', 'fixtures'] as const)('an edited file of %s is found by its digest', (which) => {
    const folder = mkdtempSync(join(tmpdir(), 'benchbus-frozen-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(FROZEN, folder, { recursive: true });
    const file = join(folder, `io.benchbus.suite.release-requested/v1.${which}.json`);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/"(SuiteReleaseRequested|kept-shortly-[0-9a-f]+-1-1)"/, '"edited"'),
    );
    const problems = checkContracts({
      contracts: CONTRACTS,
      upcasters: UPCASTERS,
      frozen: readFrozen(folder),
      defined: [],
    });
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      [
        which === 'schema' ? 'CONTRACT_SCHEMA_CHANGED' : 'CONTRACT_FIXTURE_CHANGED',
        'io.benchbus.suite.release-requested.v1',
      ],
    ]);
  });
});
