import { Document, isMap, isScalar } from 'yaml';
import type { Scalar } from 'yaml';
import type { Problem } from '../model/problem.ts';
import { toNative } from '../native/to-native-yaml.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { parseSuite } from '../parse/parse-suite.ts';
import { familiarNames } from '../secrets/secret-names.ts';
import type { Comment } from './comments.ts';
import { commentsOf } from './comments.ts';

export type ConvertedSuite =
  | {
      readonly ok: true;
      readonly yaml: string;
      /** Names of the secrets that stood in the file; their values are nowhere in the result. */
      readonly secrets: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** One line: a file's name may hold anything. */
const line = (text: string): string => ` ${text.replaceAll(/\p{Cc}+/gu, ' ')}`;

/** The key at a path, which a comment may stand before. */
function keyAt(document: Document, path: FieldPath): Scalar | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const keys = parent.items.map(({ key }) => key).filter(isScalar);
  return keys.find(({ value }) => value === path.at(-1));
}

/** Puts a comment before the deepest key of a path that is there. */
function say(document: Document, { at, text }: Comment): void {
  for (let length = at.length; length > 0; length -= 1) {
    const key = keyAt(document, at.slice(0, length));
    if (key === undefined) continue;
    const before = key.commentBefore;
    key.commentBefore = before ? `${before}\n${line(text)}` : line(text);
    return;
  }
}

/** A predecessor's file → a native one that is the same suite, with comments; secrets become references. Never throws. */
export function convertSuite(input: string | Uint8Array, file: string): ConvertedSuite {
  const parsed = parseSuite(input, { file, secretName: familiarNames() });
  if (!parsed.ok) return parsed;
  const { suite, notes = [], lifted } = parsed;
  if (lifted?.dialect === 'native')
    return {
      ok: false,
      problems: [
        {
          code: 'SUITE_NATIVE_ALREADY',
          message: `${file} is a native suite already`,
          where: 'apiVersion',
          hint: 'convert is for files of the predecessor',
        },
      ],
    };
  const document = new Document(toNative(suite), { aliasDuplicateObjects: false });
  document.commentBefore = line(`Converted from a file of the predecessor: ${file.split(/[/\\]/).at(-1)}`);
  for (const comment of commentsOf(suite, notes)) say(document, comment);
  return { ok: true, yaml: document.toString({ lineWidth: 0 }), secrets: [...(lifted?.secrets.keys() ?? [])] };
}
