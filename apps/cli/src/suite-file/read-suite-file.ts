import { open } from 'node:fs/promises';
import { BenchbusError } from '@benchbus/events';
import type { Problem, Suite } from '@benchbus/suites';
import { parseSuite, toNative } from '@benchbus/suites';

/** One byte more than a suite file may have: enough to see that it is too large without reading all of it. */
const READ_AT_MOST = 1024 * 1024 + 1;

export interface ReadSuite {
  readonly file: string;
  readonly suite: Suite;
  /** What is published: the native document, every default filled in. */
  readonly content: unknown;
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

async function readStart(file: string): Promise<Uint8Array> {
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

/** Reads and validates a suite file. @throws InvalidSuite | BenchbusError FILE_NOT_FOUND, FILE_UNREADABLE */
export async function readSuiteFile(file: string): Promise<ReadSuite> {
  const parsed = parseSuite(await readStart(file), { file });
  if (!parsed.ok) throw new InvalidSuite(file, parsed.problems);
  return { file, suite: parsed.suite, content: toNative(parsed.suite) };
}
