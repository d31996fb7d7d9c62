import type { Command } from 'commander';
import { factsOf } from './commands/options.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function argumentRows(command: Command): string[] {
  const described = command.registeredArguments.filter(({ description }) => description !== '');
  const given = described.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return row(`\`${argument.required ? `<${name}>` : `[${name}]`}\``, argument.description);
  });
  const options = command.options.map((option) => {
    const preset = option.defaultValue === undefined ? '' : ` (default: ${String(option.defaultValue)})`;
    const choices = option.argChoices ? `: ${option.argChoices.join(', ')}` : '';
    return row(`\`${option.flags}\``, `${option.description}${choices}${preset}`);
  });
  return [...given, ...options];
}

function section(command: Command): string[] {
  const { examples, json } = factsOf(command);
  const usage = ['benchbus', command.name(), command.usage()].join(' ');
  const rows = argumentRows(command);
  return [
    `## ${command.name()}`,
    '',
    `${sentence(command.description())}.`,
    '',
    `\`${usage}\``,
    '',
    ...(rows.length === 0 ? [] : [row('argument', 'meaning'), row('---', '---'), ...rows, '']),
    ...(json === undefined ? [] : [`\`--json\` prints \`${json}\``, '']),
    '```sh',
    ...examples.map(({ line, does }) => `benchbus ${line}  # ${does}`),
    '```',
    '',
  ];
}

const HEAD = `# The command line

Generated from the program (apps/cli/src/reference.ts); a test compares. \`npx benchbus …\` anywhere in the clone;
\`benchbus help COMMAND\` or \`benchbus COMMAND --help\` shows the same.

- **Servers**: \`--nats\`, else \`NATS_URL\`, else the stack that \`benchbus up\` started in this folder. With accounts or TLS:
  \`NATS_CREDS_FILE\`, \`NATS_CA_FILE\`, \`NATS_CERT_FILE\` and \`NATS_KEY_FILE\` ([who may what](../operations/nats-security.md)).
- **Streams**: results go to standard output, progress and problems to standard error.
- **Colours** are used on a terminal; \`NO_COLOR\` turns them off, \`FORCE_COLOR\` on, wherever the output goes.
- **\`--json\`**: an error is \`{"ok": false, "code", "problems": [{"code", "message", "where"?, "hint"?}]}\` on standard output, wrong
  arguments included. Codes are stable, and [explained](../operations/errors/README.md).

| exit code | meaning |
| --- | --- |
| 0 | success |
| 1 | the suite failed, or something unexpected happened |
| 2 | invalid input: a file, an argument, an unknown suite or run |
| 3 | a needed server cannot be reached, or does not start |
| 130 | cancelled, or left by Ctrl-C (\`run --wait\`, \`watch\`) |
`;

/** The reference of the program, in Markdown. */
export function referenceOf(program: Command): string {
  const commands = [...program.commands].sort((a, b) => a.name().localeCompare(b.name()));
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const group = command.helpGroup() || 'Others:';
    groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  const contents = [...groups].flatMap(([group, members]) => [
    `- ${group.replace(/:$/, '')}: ${members.map((command) => `[${command.name()}](#${command.name()})`).join(', ')}`,
  ]);
  return [HEAD, ...contents, '', ...commands.flatMap(section)].join('\n').trimEnd() + '\n';
}
