import type { CommandWords, Takes } from './words.ts';

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Sets what may come next: words, or files. */
function assign(takes: Takes, options: readonly string[] = []): string {
  const words = [...(takes.kind === 'choice' ? takes.of : []), ...options];
  return `words=${quote(words.join(' '))}${takes.kind === 'file' ? ' files=1' : ''}`;
}

/** Completion for bash ≥ 4: the words are in the script, so a TAB starts no program. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ takes }) => takes.kind !== 'nothing')
      .map(({ long, takes }) => `    ${quote(`${name} ${long}`)}) ${assign(takes)} ;;`),
  );
  const cases = commands.map(
    ({ name, argument, options }) =>
      `      ${name}) ${assign(
        argument,
        options.map(({ long }) => long),
      )} ;;`,
  );
  return `# benchbus: completion for bash. Now: source <(benchbus completion bash); for good: the same line in ~/.bashrc
_benchbus() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= words= files= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] && continue
    command=\${COMP_WORDS[i]}
    break
  done
  case "$command $prev" in
${values.join('\n')}
    *) case "$command" in
      '') words=${quote([...commands.map(({ name }) => name), '--help'].join(' '))} ;;
${cases.join('\n')}
    esac ;;
  esac
  COMPREPLY=()
  if [[ -n $files && $cur != -* ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
}
complete -F _benchbus benchbus
`;
}
