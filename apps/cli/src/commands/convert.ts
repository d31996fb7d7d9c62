import { writeFile } from 'node:fs/promises';
import { BenchbusError } from '@benchbus/events';
import { convertSuite } from '@benchbus/suites';
import { EXIT } from '../exit-codes.ts';
import { InvalidSuite, readSuiteBytes } from '../suite-file/read-suite-file.ts';
import type { Register, Run } from './command.ts';
import { GROUP, withExamples } from './options.ts';

async function write(file: string, text: string): Promise<void> {
  try {
    // A file that is there is somebody's work.
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BenchbusError({
      code: code === 'EEXIST' ? 'FILE_EXISTS' : 'FILE_UNWRITABLE',
      message: code === 'EEXIST' ? `${file} is there already` : `${file} cannot be written: ${code}`,
      where: file,
      hint: 'give another path with --out',
    });
  }
}

/** Makes a native suite of a predecessor's file, with comments; needs no server. */
export const convert: Run<{ file: string; out: string | undefined }> = async ({ file, out }, context) => {
  const converted = convertSuite(await readSuiteBytes(file), file);
  if (!converted.ok) throw new InvalidSuite(file, converted.problems);
  if (out === undefined) context.out(converted.yaml.trimEnd());
  else await write(out, converted.yaml);
  const { secrets } = converted;
  if (secrets.length > 0) {
    context.err(`secrets of ${file} are references now; provide each as a file of mode 0600 in .benchbus/secrets,`);
    context.err('or to the operator of another installation, and change what was written in plain text:');
    for (const name of secrets) context.err(`  ${name}`);
  }
  return EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('convert <file>')
    .description("make a native suite of a predecessor's file")
    .helpGroup(GROUP.files)
    .option('--out <file>', 'write it there (default: standard output)')
    .action((file: string, { out }: { out?: string }) => act(convert, { file, out }));
  withExamples(
    command,
    ['convert old.yaml --out new.yaml', 'with comments: where each key went, what the operator configures'],
    ['convert examples/predecessor/instance.yaml', 'print it'],
  );
};
