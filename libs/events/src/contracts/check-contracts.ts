import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@benchbus/suites';
import { attributesOf, jsonOf } from '../envelope/attributes.ts';
import { envelopeHash } from '../envelope/hash.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { createUpcast, type Upcaster } from '../schemas/upcast.ts';
import { compareSchemas, type Change } from './compare-schemas.ts';
import { splitType, type Contract } from './contract.ts';
import { contractSchema, type JsonSchema } from './contract-schema.ts';

/** A version of a type as it was published: nobody may change it any more. */
export interface Frozen {
  readonly type: string;
  readonly schema: JsonSchema;
  /** Messages of this version, as they were in a log. */
  readonly fixtures: readonly StoredMessage[];
  /** Is each file what it was when it was frozen? */
  readonly unchanged: { readonly schema: boolean; readonly fixtures: boolean };
}

export interface Checked {
  /** The registry: the newest version of each type. */
  readonly contracts: readonly Contract[];
  readonly upcasters: readonly Upcaster[];
  readonly frozen: readonly Frozen[];
  /** Types of the definitions found in the source, registered or not. */
  readonly defined: readonly string[];
}

const FREEZE = 'npm run events:freeze records it';

function problem(code: string, message: string, where: string, hint: string): Problem {
  return { code: `CONTRACT_${code}`, message, where, hint };
}

const newVersion = ({ base, version }: { base: string; version: number }): string =>
  `v${version} is published: make ${base}.v${version + 1} with an upcaster from v${version} (CONTRIBUTING.md, "To change an event")`;

const fromChange = (type: string, { kind, field, message }: Change): Problem =>
  problem(
    kind,
    `${type}: ${field || 'the data'} ${message}`,
    field === '' ? type : `${type}#${field}`,
    kind === 'FIELD_ADDED' ? FREEZE : newVersion(splitType(type)),
  );

/** Freezes a JSON value, all of it. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

function checkFixture(
  stored: StoredMessage,
  of: Frozen,
  contract: Contract,
  upcasters: readonly Upcaster[],
): Problem[] {
  const upcast = createUpcast(upcasters);
  const where = `${of.type} fixture @ ${stored.sequence}`;
  const changed = (message: string) =>
    problem('FIXTURE_CHANGED', message, where, 'restore it: a fixture is never edited');
  const attributes = attributesOf(stored.headers);
  const isEvent = contract.channel !== 'request';
  if (isEvent && envelopeHash(attributes, jsonOf(stored)) !== attributes['ce-hash'])
    return [changed('the event is not what its hash was made of')];
  if (attributes['ce-type'] !== of.type) return [changed(`is of type ${attributes['ce-type']}`)];
  let newest;
  try {
    newest = upcast(of.type, deepFreeze(jsonOf(stored)));
    if (!isDeepStrictEqual(newest, upcast(of.type, jsonOf(stored))))
      return [
        problem(
          'UPCASTER_IMPURE',
          'gives another result each time',
          of.type,
          'an upcaster depends on its argument alone',
        ),
      ];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      problem(
        'UPCASTER_IMPURE',
        `fails on a fixture: ${why}`,
        where,
        'an upcaster takes everything, and changes nothing in place',
      ),
    ];
  }
  if (newest.type !== contract.type)
    return [
      problem('UPCASTER_MISSING', `no upcaster leads from ${newest.type} on`, of.type, `add one to schemas/upcast.ts`),
    ];
  const parsed = contract.data.safeParse(newest.data);
  if (parsed.success) return [];
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`).join('; ');
  return [problem('FIXTURE_REFUSED', `${contract.type} refuses it: ${issues}`, where, newVersion(splitType(of.type)))];
}

function checkFrozen(of: Frozen, contract: Contract | undefined, upcasters: readonly Upcaster[]): Problem[] {
  const { version } = splitType(of.type);
  if (contract === undefined || version > contract.version)
    return [
      problem(
        'TYPE_UNREGISTERED',
        `${of.type} is published, and not in the registry`,
        of.type,
        'put it back: logs hold it',
      ),
    ];
  const problems: Problem[] = [];
  if (!of.unchanged.schema)
    problems.push(problem('SCHEMA_CHANGED', `the frozen schema of ${of.type} was edited`, of.type, 'restore it'));
  if (!of.unchanged.fixtures)
    problems.push(problem('FIXTURE_CHANGED', `the fixtures of ${of.type} were edited`, of.type, 'restore them'));
  if (of.fixtures.length === 0)
    problems.push(
      problem(
        'FIXTURE_MISSING',
        `${of.type} has no fixture`,
        of.type,
        'record a log that holds one: npm run events:record',
      ),
    );
  if (version === contract.version)
    problems.push(...compareSchemas(of.schema, contractSchema(contract)).map((change) => fromChange(of.type, change)));
  return [...problems, ...of.fixtures.flatMap((stored) => checkFixture(stored, of, contract, upcasters))];
}

/** What is wrong with the registry, seen by those who rely on what was published; empty: nothing. */
export function checkContracts({ contracts, upcasters, frozen, defined }: Checked): Problem[] {
  const byBase = new Map(contracts.map((contract) => [splitType(contract.type).base, contract]));
  const published = new Set(frozen.map(({ type }) => type));
  const registered = new Set(contracts.map(({ type }) => type));
  return [
    ...frozen.flatMap((of) => checkFrozen(of, byBase.get(splitType(of.type).base), upcasters)),
    ...contracts
      .filter(({ type }) => !published.has(type))
      .map(({ type }) => problem('NOT_FROZEN', `${type} is not frozen yet`, type, FREEZE)),
    ...defined
      .filter((type) => !registered.has(type) && !published.has(type))
      .map((type) =>
        problem(
          'TYPE_UNREGISTERED',
          `${type} is defined, and not in the registry`,
          type,
          'add it to schemas/catalog.ts',
        ),
      ),
  ];
}
