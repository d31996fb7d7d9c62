import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it, test } from 'vitest';
import { factsOf } from './commands/options.ts';
import type { Context } from './context.ts';
import { createProgram, runProgram } from './program.ts';
import { referenceOf } from './reference.ts';
import { plain } from './render/style.ts';

const REFERENCE = fileURLToPath(new URL('../../../docs/reference/cli.md', import.meta.url));
/** Commands without --json: a session, or a file of another format. */
const NO_JSON = new Set(['up', 'shell', 'completion', 'init']);

const program = createProgram(() => Promise.resolve());

async function cli(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const context: Context = {
    env: { BENCHBUS_STATE_DIR: '/nowhere/.benchbus' },
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    paint: plain,
    paintErr: plain,
  };
  return { exitCode: await runProgram(args, context), out: out.join('\n'), err: err.join('\n') };
}

describe.each(program.commands.map((command) => [command.name(), command] as const))('%s', (name, command) => {
  it('says what it does, has a group, options with descriptions, and examples of itself in its help', async () => {
    expect(command.description()).toMatch(/^\S.{8,}[^.]$/);
    expect(command.helpGroup()).toMatch(/:$/);
    for (const option of command.options) expect(option.description).not.toBe('');
    const { examples } = factsOf(command);
    expect(examples.length).toBeGreaterThan(0);
    const help = await cli(name, '--help');
    expect(help.exitCode).toBe(0);
    for (const { line } of examples) {
      expect(line.split(' ')[0]).toBe(name);
      expect(help.out).toContain(`$ benchbus ${line}`);
    }
  });

  it('prints data for machines, and says in which shape', () => {
    expect(command.options.some(({ long }) => long === '--json')).toBe(!NO_JSON.has(name));
    if (!NO_JSON.has(name)) expect(factsOf(command).json).toMatch(/\{.+\}/);
  });

  it('says what is wrong with its arguments, for machines too, and what to do', async () => {
    const wrong = await cli(name, '--no-such-option');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.err).toContain("unknown option '--no-such-option' [ARGUMENT_UNKNOWN_OPTION]");
    expect(wrong.err).toContain(`→ benchbus ${name} --help`);
    const required = command.registeredArguments.filter((argument) => argument.required);
    if (required.length === 0 || NO_JSON.has(name)) return;
    const missing = await cli(name, '--json');
    expect(missing.exitCode).toBe(2);
    expect(missing.err).toBe('');
    expect(JSON.parse(missing.out)).toMatchObject({
      ok: false,
      code: 'ARGUMENT_MISSING',
      problems: [{ where: `benchbus ${name}`, hint: expect.stringContaining('--help') as string }],
    });
  });
});

test('a command that does not exist: the nearest one is named', async () => {
  const { exitCode, err } = await cli('statsu');
  expect(exitCode).toBe(2);
  expect(err).toContain("unknown command 'statsu' [ARGUMENT_UNKNOWN_COMMAND]");
  expect(err).toContain('Did you mean status?');
});

test('--version: of the package, and the commit where it is known', async () => {
  const { exitCode, out } = await cli('--version');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+( \([0-9a-f]{7}\))?$/);
});

test('nothing asked, or help asked for: the help', async () => {
  expect(await cli()).toMatchObject({ exitCode: 0, out: expect.stringContaining('See what happens:') as string });
  expect(await cli('help', 'run')).toMatchObject({ exitCode: 0, out: expect.stringContaining('Examples:') as string });
});

test('too many arguments; no stack; an id that is none', async () => {
  expect((await cli('list', 'x')).err).toContain('[ARGUMENT_TOO_MANY]');
  expect(await cli('list')).toMatchObject({ exitCode: 3, err: expect.stringContaining('[NO_STACK]') as string });
  expect(await cli('list', '--state', 'odd')).toMatchObject({ exitCode: 2 });
  expect(await cli('list', '--limit', '0')).toMatchObject({ exitCode: 2 });
  for (const command of ['status', 'watch', 'logs', 'results'])
    expect(await cli(command, 'No Id!')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('[ARGUMENT_INVALID]') as string,
    });
});

test('docs/reference/cli.md is what the program says (BENCHBUS_UPDATE_DOCS=1 writes it)', async () => {
  const options = await resolveConfig(REFERENCE);
  const wanted = await format(referenceOf(program), { ...options, parser: 'markdown' });
  if (process.env['BENCHBUS_UPDATE_DOCS']) {
    const { mkdir, writeFile } = await import('node:fs/promises');
    await mkdir(new URL('.', `file://${REFERENCE}`), { recursive: true });
    await writeFile(REFERENCE, wanted);
  }
  expect(await readFile(REFERENCE, 'utf8')).toBe(wanted);
});
