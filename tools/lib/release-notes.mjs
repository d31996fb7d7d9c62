/** Kinds of Conventional Commits that users of a release care about, in the notes' order. */
const SECTIONS = [
  ['feat', 'New'],
  ['fix', 'Fixed'],
  ['perf', 'Faster'],
];
const HEADER = /^(?<kind>[a-z]+)(?:\((?<scope>[^)]*)\))?(?<breaking>!)?: (?<subject>.+)$/;

/**
 * Notes of a release in Markdown.
 * @param {{ id: string, message: string }[]} commits newest first; `message` is the whole of it
 * @param {{ tag: string, previous?: string, files: { name: string, sha256: string }[] }} release
 */
export function releaseNotes(commits, { tag, previous, files }) {
  const parsed = commits.flatMap(({ id, message }) => {
    const [header = '', ...body] = message.split('\n');
    const found = HEADER.exec(header)?.groups;
    if (found === undefined) return [];
    const breaking = /^BREAKING[ -]CHANGE: (.+)$/m.exec(body.join('\n'))?.[1];
    const scope = found.scope === undefined ? '' : `**${found.scope}**: `;
    return [
      {
        kind: found.kind,
        line: `- ${scope}${found.subject} (${id})`,
        breaking: breaking ?? (found.breaking ? found.subject : undefined),
        id,
      },
    ];
  });
  const breaking = parsed.filter((commit) => commit.breaking !== undefined);
  const sections = [
    ...(breaking.length === 0 ? [] : [['Breaking', breaking.map(({ breaking: what, id }) => `- ${what} (${id})`)]]),
    ...SECTIONS.map(([kind, title]) => [
      title,
      parsed.filter((commit) => commit.kind === kind).map(({ line }) => line),
    ]),
  ].filter(([, lines]) => lines.length > 0);
  const since = previous === undefined ? '' : `Since ${previous}.\n\n`;
  const text = sections.map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}\n`).join('\n');
  const sums = files.map(({ name, sha256 }) => `${sha256}  ${name}`).join('\n');
  return `# ${tag}\n\n${since}${text === '' ? 'Nothing that users notice.\n' : text}\n## SHA-256\n\n\`\`\`\n${sums}\n\`\`\`\n`;
}
