import { Composer, Lexer, LineCounter, Parser, isAlias, isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { CST, Document, ParsedNode, YAMLError } from 'yaml';
import { MAX_DEPTH, tooDeep } from './depth.ts';
import type { FieldPath } from './field-path.ts';
import { pathKey } from './field-path.ts';
import type { Finding } from './finding.ts';
import type { Positions } from './report.ts';

const MAX_ALIASES = 100;
/** Of a document of bearable depth: each level is one open construction or, for a key or a value being read, two. */
const MAX_OPEN = 2 * MAX_DEPTH + 8;

export interface YamlText {
  readonly value?: unknown;
  readonly findings: readonly Finding[];
  readonly positions: Positions;
}

const notYaml = (text: string, offset: number, hint?: string): Finding => ({
  code: 'SUITE_NOT_YAML',
  path: [],
  text,
  offset,
  ...(hint === undefined ? {} : { hint }),
});
const bomb = (text: string, offset: number): Finding => ({ code: 'SUITE_ALIAS_BOMB', path: [], text, offset });
const deepAt = (offset: number): Finding => tooDeep({ path: [], offset });

/** The library quotes the text, which may hold a secret: only the words before the first quotation are kept. */
const withoutQuotes = (message: string): string => (message.split(/[:\\%]| "/)[0] ?? '').slice(0, 200);

const syntax = (error: YAMLError): Finding =>
  error.code === 'RESOURCE_EXHAUSTION'
    ? deepAt(error.pos[0])
    : notYaml(`not valid YAML: ${withoutQuotes(error.message)} (${error.code})`, error.pos[0]);

/** Reads the tree once: positions, duplicate keys (the library's own check is quadratic), aliases, depth. */
class Survey {
  readonly offsets = new Map<string, number>();
  readonly findings: Finding[] = [];
  readonly #anchors = new Set<string>();
  readonly #open: string[] = [];
  #aliases = 0;

  walk(node: unknown, path: FieldPath): void {
    if (isAlias(node)) return this.#alias(node.source, node.range?.[0] ?? 0);
    if (!isScalar(node) && !isCollection(node)) return;
    const offset = node.range?.[0] ?? 0;
    if (path.length > MAX_DEPTH) {
      this.findings.push(deepAt(offset));
      return;
    }
    if (node.anchor !== undefined) this.#open.push(node.anchor);
    if (isMap(node)) this.#map(node.items as readonly { key: unknown; value: unknown }[], path);
    if (isSeq(node))
      for (const [index, item] of node.items.entries()) {
        this.#place([...path, index], item);
        this.walk(item, [...path, index]);
      }
    if (node.anchor !== undefined) {
      this.#open.pop();
      this.#anchors.add(node.anchor);
    }
  }

  #place(path: FieldPath, node: unknown): number {
    const offset = ((node as ParsedNode | null)?.range ?? [0])[0];
    this.offsets.set(pathKey(path), offset);
    return offset;
  }

  #map(items: readonly { key: unknown; value: unknown }[], path: FieldPath): void {
    const seen = new Set<string>();
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) {
        const offset = (key as ParsedNode | null)?.range?.[0] ?? 0;
        this.findings.push(notYaml('a key that is no plain text; allowed are simple keys', offset));
        continue;
      }
      const offset = this.#place([...path, name], key);
      if (seen.has(name))
        this.findings.push({
          code: 'SUITE_DUPLICATE_KEY',
          path: [...path, name],
          text: 'the key stands here twice',
          offset,
        });
      seen.add(name);
      this.walk(value, [...path, name]);
    }
  }

  #alias(name: string, offset: number): void {
    this.#aliases += 1;
    if (this.#aliases === MAX_ALIASES + 1)
      this.findings.push(bomb(`too many aliases; allowed are ${MAX_ALIASES}`, offset));
    if (this.#open.includes(name)) this.findings.push(bomb('an alias inside its own anchor never ends', offset));
    else if (!this.#anchors.has(name)) this.findings.push(notYaml('an alias without its anchor before it', offset));
  }
}

function toValue(document: Document.Parsed): { value: unknown } | Finding {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown };
  } catch (error) {
    if (error instanceof RangeError) return deepAt(0);
    return bomb(`aliases that multiply; allowed are ${MAX_ALIASES} expansions`, 0);
  }
}

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super('nested too deeply');
    this.offset = offset;
  }
}

/**
 * The library's tokens of a text, as long as it is no deeper than a suite may be. What comes after them recurses: 20,000 levels
 * took it ten seconds, and only the end of its stack ended it.
 */
function* tokensOf(text: string, lineCounter: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_OPEN) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}

function parse(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | Finding {
  try {
    const options = { lineCounter, prettyErrors: false, uniqueKeys: false, strict: true, merge: true } as const;
    return [...new Composer(options).compose(tokensOf(text, lineCounter))] as Document.Parsed[];
  } catch (error) {
    if (error instanceof TooDeep) return deepAt(error.offset);
    return notYaml('not valid YAML', 0);
  }
}

/** Text → plain value, or every reason why not; never throws. */
export function readYaml(text: string, file: string): YamlText {
  const lineCounter = new LineCounter();
  const survey = new Survey();
  const positions: Positions = {
    file,
    lineColumn: (offset) => {
      const { line, col } = lineCounter.linePos(offset);
      return { line: Math.max(1, line), col: Math.max(1, col) };
    },
    offsetOf: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const offset = survey.offsets.get(pathKey(path.slice(0, length)));
        if (offset !== undefined) return offset;
      }
      return 0;
    },
  };
  const bad = (findings: readonly Finding[]): YamlText => ({ findings, positions });

  const documents = parse(text, lineCounter);
  if ('code' in documents) return bad([documents]);
  const [document, second] = documents;
  const raised = documents.flatMap((each) => [...each.errors, ...each.warnings]);
  // Once the library gave up, what else it says is noise.
  const gaveUp = raised.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const errors = (gaveUp === undefined ? raised : [gaveUp]).map(syntax);
  if (errors.length > 0) return bad(errors);
  if (
    document === undefined ||
    document.contents === null ||
    (isScalar(document.contents) && document.contents.value === null && second === undefined)
  )
    return bad([
      {
        code: 'SUITE_EMPTY',
        path: [],
        text: 'the file is empty',
        offset: 0,
        hint: 'see examples/quickstart.yaml',
      },
    ]);
  if (second !== undefined)
    return bad([
      {
        code: 'SUITE_MULTIPLE_DOCUMENTS',
        path: [],
        text: 'a second YAML document begins; allowed is one suite per file',
        offset: second.range[0],
        hint: 'put each suite into a file of its own',
      },
    ]);
  survey.walk(document.contents, []);
  if (survey.findings.length > 0) return bad(survey.findings);
  const result = toValue(document);
  return 'code' in result ? bad([result]) : { value: result.value, findings: [], positions };
}
