import type { CommandWords, Takes } from './words.ts';

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function argument(takes: Takes): string {
  if (takes.kind === 'file') return ' -F';
  return takes.kind === 'choice' ? ` -a ${quote(takes.of.join(' '))}` : '';
}
const parameter = (takes: Takes): string =>
  takes.kind === 'nothing'
    ? ''
    : ` -r${takes.kind === 'file' ? ' -F' : ''}${takes.kind === 'choice' ? argument(takes) : ''}`;

/** Completion for fish: the words are in the script, so a TAB starts no program. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, does, options, argument: given }) => {
    const within = `complete -c benchbus -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c benchbus -n __fish_use_subcommand -a ${name} -d ${quote(does)}`,
      ...options.map(
        ({ long, does: what, takes }) => `${within} -l ${long.slice(2)} -d ${quote(what)}${parameter(takes)}`,
      ),
      ...(given.kind === 'file' || given.kind === 'choice' ? [`${within}${argument(given)}`] : []),
    ];
  });
  return `# benchbus: completion for fish. Now: benchbus completion fish | source; for good: save it in ~/.config/fish/completions/benchbus.fish
complete -c benchbus -f
${lines.join('\n')}
`;
}
