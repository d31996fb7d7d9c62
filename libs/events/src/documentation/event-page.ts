import { contractSchema } from '../contracts/contract-schema.ts';
import type { Contract } from '../contracts/contract.ts';
import { jsonOf } from '../envelope/attributes.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { CHANNELS } from './channels.ts';
import { fieldRows, type FieldRow } from './field-rows.ts';
import { schemaFile } from './file-names.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = ({ field, type, unit, required, description }: FieldRow): string =>
  `| \`${field}\` | ${cell(type)} | ${cell(unit)} | ${required ? 'yes' : ''} | ${cell(description)} |`;

function fieldsTable(rows: readonly FieldRow[]): string {
  if (rows.length === 0) return 'None: that it happened says it all.';
  return ['| field | type | unit | required | meaning |', '| --- | --- | --- | --- | --- |', ...rows.map(row)].join(
    '\n',
  );
}

/** Of events that are too rare for a recording: see recordings/*-by-hand.jsonl.gz. */
const madeByHand = ({ headers }: StoredMessage): boolean => headers['ce-source'] === '/by-hand';

/** The page of one event or request. */
export function eventPage(contract: Contract, example: StoredMessage | undefined): string {
  const { name, type, version, channel, documentation } = contract;
  const { address, writer, stream } = CHANNELS[channel];
  const lines = [
    `# ${name}`,
    documentation.what,
    [
      '| | |',
      '| --- | --- |',
      `| type | \`${type}\` (version ${version}) |`,
      `| subject | \`${address}\`, stream ${stream} |`,
      `| writer | ${writer}${channel === 'request' ? '' : ', and nobody else'} |`,
      `| when | ${cell(documentation.when)} |`,
      `| JSON Schema | [${type}](${schemaFile(type)}) |`,
    ].join('\n'),
    '## Fields',
    fieldsTable(fieldRows(contractSchema(contract))),
  ];
  if (example !== undefined) {
    const headers = Object.entries(example.headers).map(([key, value]) => `${key}: ${value}`);
    lines.push(
      '## Example',
      `${madeByHand(example) ? 'Made by hand: no recorded run holds one yet.' : 'From a recorded run.'} Subject \`${example.subject}\`, sequence ${example.sequence}:`,
      ['```text', ...headers, '```'].join('\n'),
      ['```json', JSON.stringify(jsonOf(example), null, 2), '```'].join('\n'),
    );
  }
  return `${lines.join('\n\n')}\n`;
}
