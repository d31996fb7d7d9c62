import { attributesOf } from '../envelope/attributes.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { Frozen } from './check-contracts.ts';
import type { Contract } from './contract.ts';
import { contractSchema } from './contract-schema.ts';

const FIXTURES = 2;

const typeOf = ({ headers }: StoredMessage): string | undefined => attributesOf(headers)['ce-type'];

/**
 * The newest version of each type as it is to be frozen: its schema of now, with the fixtures it has, or the first that
 * the recordings hold.
 */
export function freeze(
  contracts: readonly Contract[],
  frozen: readonly Frozen[],
  recorded: readonly StoredMessage[],
): Pick<Frozen, 'type' | 'schema' | 'fixtures'>[] {
  return contracts.map((contract) => {
    const kept = frozen.find(({ type }) => type === contract.type)?.fixtures ?? [];
    const fixtures =
      kept.length > 0 ? kept : recorded.filter((stored) => typeOf(stored) === contract.type).slice(0, FIXTURES);
    return { type: contract.type, schema: contractSchema(contract), fixtures };
  });
}
