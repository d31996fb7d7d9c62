import { convertSuite, familiarNames, parseSuite } from '@benchbus/suites';
import { EXIT } from '../exit-codes.ts';
import { InvalidSuite, readSuiteBytes } from '../suite-file/read-suite-file.ts';
import { writeNewFile } from '../suite-file/write-new-file.ts';
import type { Register, Run } from './command.ts';
import { flag, GROUP, withExamples, withJson } from './options.ts';

interface ConvertArgs {
  readonly file: string;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** Makes a native suite of a predecessor's file, with comments; needs no server. */
export const convert: Run<ConvertArgs> = async ({ file, out, json }, context) => {
  const bytes = await readSuiteBytes(file);
  const converted = convertSuite(bytes, file);
  if (!converted.ok) throw new InvalidSuite(file, converted.problems);
  const { yaml, secrets } = converted;
  if (out !== undefined) await writeNewFile(out, yaml, 'give another path with --out');
  if (json) {
    const parsed = parseSuite(bytes, { file, secretName: familiarNames() });
    const notes = parsed.ok ? (parsed.notes ?? []) : [];
    context.out(JSON.stringify({ ok: true, native: yaml, notes, secrets }));
    return EXIT.success;
  }
  if (out === undefined) context.out(yaml.trimEnd());
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
    .action((file: string, { out, json }: { out?: string; json?: boolean }) =>
      act(convert, { file, out, json: flag(json) }),
    );
  withJson(command, '{ok: true, native: the file as text, notes: [{path, native, text}], secrets: [name]}');
  withExamples(
    command,
    ['convert old.yaml --out new.yaml', 'with comments: where each key went, what the operator configures'],
    ['convert examples/predecessor/instance.yaml', 'print it'],
  );
};
