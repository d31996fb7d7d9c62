const MAX = 200;

/** One line of a bearable length; undefined when nothing is left. */
export function line(text: string): string | undefined {
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  const short = [...plain].slice(0, MAX).join('').slice(0, MAX);
  return short === '' ? undefined : short;
}

/** Names of tests may be missing or be the same there; here each has its own. */
export function testNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((given, index) => {
    const wanted = line(given) ?? `test-${index + 1}`;
    let name = wanted;
    for (let next = 2; taken.has(name); next += 1) name = `${wanted.slice(0, MAX - 5)}-${next}`;
    taken.add(name);
    return name;
  });
}

/** The suite is called after its file, or else its first test. */
export function suiteName(file: string | undefined, firstTest: string): string {
  const base = (file ?? '').split(/[/\\]/).at(-1) ?? '';
  return line(base.replace(/\.(?:ya?ml|json)$/i, '')) ?? firstTest;
}
