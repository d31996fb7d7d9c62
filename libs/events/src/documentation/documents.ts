import { stringify } from 'yaml';
import type { Frozen } from '../contracts/check-contracts.ts';
import type { Contract } from '../contracts/contract.ts';
import { contractSchema } from '../contracts/contract-schema.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { eventPage } from './event-page.ts';
import { pageName, schemaFile } from './file-names.ts';
import { withTables } from './index-tables.ts';

/** Everything generated below docs/events: file → content, not laid out yet. @param readme docs/events/README.md as it is */
export function eventDocuments(
  contracts: readonly Contract[],
  frozen: readonly Frozen[],
  readme: string,
  version: string,
): Map<string, string> {
  const exampleOf = (type: string) => frozen.find((one) => one.type === type)?.fixtures[0];
  const document = asyncApiDocument(contracts, exampleOf, version);
  return new Map([
    ['README.md', withTables(readme, contracts)],
    ['asyncapi.yaml', stringify(document, { aliasDuplicateObjects: false })],
    ...contracts.map((one) => [`${pageName(one.name)}.md`, eventPage(one, exampleOf(one.type))] as const),
    ...contracts.map((one) => [schemaFile(one.type), JSON.stringify(contractSchema(one))] as const),
  ]);
}
