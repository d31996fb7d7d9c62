/** A tree: each child with its own lines below it. */
export function branch(children: readonly (readonly string[])[]): string[] {
  return children.flatMap(([head = '', ...below], index) => {
    const last = index === children.length - 1;
    return [`${last ? '└─' : '├─'} ${head}`, ...below.map((line) => `${last ? '  ' : '│ '} ${line}`)];
  });
}
