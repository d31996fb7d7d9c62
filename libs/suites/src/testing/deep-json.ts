import fc from 'fast-check';

/** How JSON nests. */
const NESTS = [
  ['[', ']'],
  ['{"a":', '}'],
  ['[{"name":', '}]'],
] as const;

/** A text in runs, each as often as it says: what a failing test prints stays short. */
export type Runs = readonly (readonly [text: string, times: number])[];

export const written = (runs: Runs): string => runs.map(([text, times]) => text.repeat(times)).join('');

const leaf = fc.constantFrom('1', 'null', '"x"', '[]', '{}', '"password"').map((text): Runs => [[text, 1]]);

/** JSON of any structure, up to some 100,000 levels deep. As text: what writes JSON overflows the stack long before. */
export const deepJson: fc.Arbitrary<Runs> = fc.letrec<{ node: Runs }>((tie) => {
  const node = tie('node');
  const around = ([open, close]: readonly [string, string], levels: number, inner: Runs): Runs => [
    [open, levels],
    ...inner,
    [close, levels],
  ];
  const levels = fc.constantFrom(1, 30, 70, 5_000, 50_000);
  return {
    node: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'deep-json' },
      leaf,
      fc.tuple(node, node).map(([one, other]): Runs => [['[', 1], ...one, [',', 1], ...other, [']', 1]]),
      fc
        .tuple(fc.constantFrom('name', 'tests', '__proto__'), node)
        .map(([key, inner]) => around([`{"${key}":`, '}'], 1, inner)),
      fc.tuple(fc.constantFrom(...NESTS), levels, node).map((nest) => around(...nest)),
    ),
  };
}).node;

/** Within how many lists and maps the deepest value of a JSON text lies. Counted, not parsed. */
export function levelsOf(json: string): number {
  let level = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]|[\w.+-]+/g)) {
    if (token === ']' || token === '}') level -= 1;
    else deepest = Math.max(deepest, level);
    if (token === '[' || token === '{') level += 1;
  }
  return deepest;
}

const MARK = '@@deep@@';
type Container = Record<string | number, unknown>;
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

function holdersOf(value: unknown): Container[] {
  return isContainer(value) ? [value, ...Object.values(value).flatMap(holdersOf)] : [];
}

/** The document as JSON with `json` at one of its places, or added beside them; `nth` chooses which. */
export function withJsonAt(
  document: unknown,
  json: string,
  { nth, add }: { readonly nth: number; readonly add: boolean },
): string {
  const copy = structuredClone(document);
  const holders = holdersOf(copy);
  const holder = holders[nth % Math.max(1, holders.length)];
  if (holder === undefined) return json;
  const keys = Object.keys(holder);
  const key = add || keys.length === 0 ? 'added' : (keys[(nth * 7 + 3) % keys.length] ?? 'added');
  if (Array.isArray(holder) && key === 'added') holder.push(MARK);
  else holder[key] = MARK;
  return JSON.stringify(copy).replace(`"${MARK}"`, () => json);
}
