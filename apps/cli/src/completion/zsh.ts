import type { CommandWords, Takes } from './words.ts';

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** A colon and brackets mean something to _arguments and _describe. */
const plain = (text: string): string => text.replaceAll(/[\\:[\]]/g, (sign) => `\\${sign}`);

function action(takes: Takes): string {
  if (takes.kind === 'file') return ':file:_files';
  if (takes.kind === 'choice') return `:choice:(${takes.of.join(' ')})`;
  return takes.kind === 'value' ? ':value: ' : '';
}

/** Completion for zsh: the words are in the script, so a TAB starts no program. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  const described = commands.map(({ name, does }) => `    ${quote(`${name}:${plain(does)}`)}`);
  const cases = commands.map(({ name, options, argument }) => {
    const specs = options.map(({ long, does, takes }) => quote(`${long}[${plain(does)}]${action(takes)}`));
    const rest = argument.kind === 'nothing' ? [] : [quote(`*${action(argument)}`)];
    return `    ${name}) _arguments ${[...specs, ...rest].join(' ')} ;;`;
  });
  return `#compdef benchbus
# benchbus: completion for zsh. Now: source <(benchbus completion zsh); for good: save it as _benchbus in a folder of $fpath
_benchbus() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _benchbus ]]; then _benchbus "$@"; else compdef _benchbus benchbus; fi
`;
}
