import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { Frozen } from './check-contracts.ts';
import { splitType } from './contract.ts';
import type { JsonSchema } from './contract-schema.ts';
import { readRecording } from './recording.ts';

const PACKAGE = join(import.meta.dirname, '../..');
export const FROZEN = join(PACKAGE, 'contracts');
export const RECORDINGS = join(PACKAGE, 'recordings');

/** By file below the folder: SHA-256 of its JSON value, so that its layout does not matter. */
type Digests = Record<string, string>;

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

interface Fixture extends Omit<StoredMessage, 'body'> {
  readonly data: unknown;
}

const toStored = ({ data, ...rest }: Fixture): StoredMessage => ({
  ...rest,
  body: new TextEncoder().encode(JSON.stringify(data)),
});
const toFixture = ({ body, ...rest }: StoredMessage): Fixture => ({
  ...rest,
  data: JSON.parse(new TextDecoder().decode(body)),
});

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const readDigests = (folder: string): Digests => {
  const file = join(folder, 'digests.json');
  return existsSync(file) ? (readJson(file) as Digests) : {};
};

function filesOf(type: string): { schema: string; fixtures: string } {
  const { base, version } = splitType(type);
  return { schema: `${base}/v${version}.schema.json`, fixtures: `${base}/v${version}.fixtures.json` };
}

/** Every published version, as the folder has it. */
export function readFrozen(folder = FROZEN): Frozen[] {
  const digests = readDigests(folder);
  return Object.keys(digests)
    .filter((file) => file.endsWith('.schema.json'))
    .map((file) => {
      const type = file.replace('/', '.').replace('.schema.json', '');
      const files = filesOf(type);
      const schema = readJson(join(folder, files.schema)) as JsonSchema;
      const fixtures = readJson(join(folder, files.fixtures)) as Fixture[];
      return {
        type,
        schema,
        fixtures: fixtures.map(toStored),
        unchanged: {
          schema: digests[files.schema] === digest(schema),
          fixtures: digests[files.fixtures] === digest(fixtures),
        },
      };
    });
}

/** Writes versions anew; `layOut` formats a JSON file. */
export async function writeFrozen(
  versions: readonly Pick<Frozen, 'type' | 'schema' | 'fixtures'>[],
  layOut: (file: string, text: string) => Promise<string>,
  folder = FROZEN,
): Promise<void> {
  const digests = readDigests(folder);
  const write = async (name: string, value: unknown): Promise<void> => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await layOut(file, JSON.stringify(value)));
  };
  for (const { type, schema, fixtures } of versions) {
    const files = filesOf(type);
    const messages = fixtures.map(toFixture);
    await write(files.schema, schema);
    await write(files.fixtures, messages);
    digests[files.schema] = digest(schema);
    digests[files.fixtures] = digest(messages);
  }
  await write('digests.json', Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The messages of every recording, file by file. */
export const readRecordings = (folder = RECORDINGS): Map<string, StoredMessage[]> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl.gz'))
      .sort()
      .map((name) => [name, readRecording(readFileSync(join(folder, name)))]),
  );
