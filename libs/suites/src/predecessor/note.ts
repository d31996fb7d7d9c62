import type { FieldPath } from '../parse/field-path.ts';

/** Something about a valid predecessor's file that a person should know: what became of a value, and why. */
export interface Note {
  /** In the predecessor's document, its keys in lowerCamelCase. */
  readonly path: FieldPath;
  /** What it became, in the native document. */
  readonly native: FieldPath;
  readonly text: string;
}

/** Takes a note about a place; `within` narrows both paths by the same steps. */
export interface Notes {
  (path: FieldPath, native: FieldPath, text: string): void;
}
