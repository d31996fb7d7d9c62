import fc from 'fast-check';

/** Characters that mean something to YAML, and some that mean trouble. */
const noise = fc.oneof(
  fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ':',
      ' ',
      '\n',
      '\t',
      '-',
      '&a ',
      '*a',
      '!',
      '|',
      '>',
      '"',
      "'",
      '#',
      '---\n',
      '? ',
      '<<: ',
    ],
    ...['\u0000', '\uFEFF', '😀', '__proto__: ', 'null', '1e999', '.nan'],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** The text with a few pieces removed, inserted or repeated elsewhere. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length);
  const mutation = fc.oneof(
    fc.record({ at: place, remove: fc.constant(0), insert: noise }),
    fc.record({ at: place, remove: fc.integer({ min: 1, max: 80 }), insert: fc.constant('') }),
    fc.record({ at: place, remove: fc.integer({ min: 1, max: 8 }), insert: noise }),
    fc.record({ at: place, remove: fc.constant(0), insert: place.map((from) => text.slice(from, from + 60)) }),
  );
  return fc
    .array(mutation, { minLength: 1, maxLength: 6 })
    .map((mutations) =>
      mutations.reduce((file, { at, remove, insert }) => file.slice(0, at) + insert + file.slice(at + remove), text),
    );
}

/** The text's bytes, some of them others. */
export function mutatedBytes(text: string): fc.Arbitrary<Uint8Array> {
  const bytes = Buffer.from(text);
  const change = fc.record({ at: fc.nat(Math.max(0, bytes.length - 1)), to: fc.nat(255) });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = Uint8Array.from(bytes);
    for (const { at, to } of changes) copy[at] = to;
    return copy;
  });
}

const words = fc.constantFrom(
  ...[
    'load',
    'primary',
    'replica',
    'orioledb',
    'pgbench',
    'stroppy',
    'leader',
    '17',
    'VERSION_17',
    'ROLE_MASTER',
    '1h',
    '1GB',
    '',
  ],
  ...['postgres://u@h/d', '0 3 * * *', 'workload.clients', '__proto__', 'constructor'],
);
const values = fc.oneof(
  words,
  fc.constantFrom(null, true, false, 0, 1, -1, 1.5, 2, 5432, 70_000, 1e300),
  fc.constantFrom([], {}, [[]], [{}], [null], { secret: 'X' }, { enabled: true }),
  fc.jsonValue({ maxDepth: 2 }),
);

interface Change {
  /** Which entry of the whole document, counted by a walk. */
  readonly nth: number;
  readonly what: 'remove' | 'replace' | 'rename' | 'repeat' | 'copy';
  readonly to: unknown;
  readonly word: string;
}

type Container = unknown[] | Record<string, unknown>;
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

function entriesOf(value: Container): [Container, string | number][] {
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const inner = (value as Record<string | number, unknown>)[key];
    return [[value, key], ...(isContainer(inner) ? entriesOf(inner) : [])] as [Container, string | number][];
  });
}

function changed(document: unknown, { nth, what, to, word }: Change): unknown {
  if (!isContainer(document)) return document;
  const entries = entriesOf(document);
  const [holder, key] = entries[nth % Math.max(1, entries.length)] ?? [];
  const [other, otherKey] = entries[(nth * 7 + 3) % Math.max(1, entries.length)] ?? [];
  if (holder === undefined || key === undefined || other === undefined || otherKey === undefined) return document;
  const map = holder as Record<string | number, unknown>;
  const own = map[key];
  // A copy: in itself, where an earlier change put it, it would be a document without an end.
  if (what === 'replace') map[key] = structuredClone(to);
  else if (what === 'copy') map[key] = structuredClone((other as Record<string | number, unknown>)[otherKey]);
  else if (Array.isArray(holder)) {
    if (what === 'remove') holder.splice(Number(key), 1);
    else holder.push(structuredClone(own));
  } else {
    if (what !== 'repeat') Reflect.deleteProperty(holder, key);
    if (what !== 'remove')
      Object.defineProperty(holder, word, { value: own, enumerable: true, writable: true, configurable: true });
  }
  return document;
}

const keys = fc.oneof(
  words,
  fc.constantFrom(
    'name',
    'postgres',
    'nodes',
    'matrix',
    'axes',
    'values',
    'override',
    'settings',
    'connection',
    'etcd',
    'faults',
    'kill',
  ),
);

/** A plain document with keys, values and structure changed. */
export const mutatedDocument = (document: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(
      fc.record({
        nth: fc.nat(100_000),
        what: fc.constantFrom(
          'remove' as const,
          'replace' as const,
          'rename' as const,
          'repeat' as const,
          'copy' as const,
        ),
        to: values,
        word: keys,
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((changes) => changes.reduce(changed, structuredClone(document)));
