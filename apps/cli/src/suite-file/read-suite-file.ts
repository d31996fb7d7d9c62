import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { BenchbusError } from '@benchbus/events';
import type { NameOf, Note, ParsedSuite, Problem, Suite, Topology } from '@benchbus/suites';
import { namesOfSuite, parseSuite } from '@benchbus/suites';
import { suiteIdFor } from '../domain/suite-id.ts';

/** One byte more than a suite file may have: enough to see that it is too large without reading all of it. */
const READ_AT_MOST = 1024 * 1024 + 1;

export interface ReadSuite {
  readonly file: string;
  readonly suite: Suite;
  /** The id it is requested under. */
  readonly suiteId: string;
  /** What is published: the native document, with references where secrets stood. */
  readonly content: unknown;
  /** Secrets that stood in the file, by name: to be kept where the runs find them, never to be published. */
  readonly secrets: ReadonlyMap<string, string>;
  /** How a predecessor's file was understood. */
  readonly notes: readonly Note[];
  /** Present for a predecessor's file of a database template alone. */
  readonly template?: Topology;
}

/** A suite file with everything that is wrong with it. */
export class InvalidSuite extends BenchbusError {
  readonly problems: readonly Problem[];
  constructor(file: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super({ code: 'SUITE_INVALID', message: `${file} has ${count}`, where: file });
    this.problems = problems;
  }
}

/** The bytes of a suite file, at most one more than it may have. @throws BenchbusError FILE_NOT_FOUND, FILE_UNREADABLE */
export async function readSuiteBytes(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const buffer = Buffer.alloc(READ_AT_MOST);
      let length = 0;
      // A pipe gives its content in pieces.
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, READ_AT_MOST - length, null);
        length += bytesRead;
        if (bytesRead === 0 || length === READ_AT_MOST) return buffer.subarray(0, length);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new BenchbusError({
      code: code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      message: code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${code}`,
      where: file,
      hint: 'give the path of a suite file; examples/ has some',
    });
  }
}

function parse(input: Uint8Array, file: string, secretName: NameOf): Extract<ParsedSuite, { ok: true }> {
  const parsed = parseSuite(input, { file, secretName });
  if (!parsed.ok) throw new InvalidSuite(file, parsed.problems);
  return parsed;
}

function read(input: Uint8Array, file: string, suiteId: string): ReadSuite {
  const { suite, lifted, template, notes = [] } = parse(input, file, namesOfSuite(suiteId));
  return {
    file,
    suiteId,
    suite,
    content: lifted?.document,
    secrets: lifted?.secrets ?? new Map(),
    notes,
    ...(template === undefined ? {} : { template }),
  };
}

/** The same for the same file each time: nothing of it is kept or published, so that no id of its own is needed. */
const LOOKED_AT = 'suite';

/**
 * Reads and validates a suite file of either dialect, to look at it.
 * @throws InvalidSuite | BenchbusError FILE_NOT_FOUND, FILE_UNREADABLE
 */
export const readSuiteFile = async (file: string): Promise<ReadSuite> =>
  read(await readSuiteBytes(file), file, LOOKED_AT);

/**
 * One that can be run, under an id that no other has: secrets are called after it.
 * @throws BenchbusError SUITE_TEMPLATE_ONLY | what reading it throws
 */
export async function readRunnableSuite(file: string): Promise<ReadSuite> {
  const input = await readSuiteBytes(file);
  const looked = read(input, file, LOOKED_AT);
  if (looked.template === undefined) return read(input, file, suiteIdFor(looked.suite.name, randomBytes(3)));
  throw new BenchbusError({
    code: 'SUITE_TEMPLATE_ONLY',
    message: `${file} holds a database template alone, which says nothing to run`,
    where: file,
    hint: `look at it with \`benchbus plan ${file}\`, or put it into a test of a suite`,
  });
}
