/** Shorter ones would be found everywhere. */
const SHORTEST = 6;

export const decodeText = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes);

/** The forms in which a value may stand in JSON, a URL, a header. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [
    ...new Set([
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
    ]),
  ];
}

/** Values that must stand nowhere, by the names they are spoken of; the values are never shown. */
export class KnownSecrets {
  readonly #forms: { readonly name: string; readonly forms: readonly string[] }[] = [];

  /** False: too short to be looked for. */
  add(name: string, value: string): boolean {
    const text = value.trim();
    if (text.length < SHORTEST) return false;
    this.#forms.push({ name, forms: formsOf(text) });
    return true;
  }

  get size(): number {
    return this.#forms.length;
  }

  /** Length of the longest form: how much of a stream's last piece may begin one that its next piece ends. */
  get longest(): number {
    return Math.max(0, ...this.#forms.flatMap(({ forms }) => forms.map(({ length }) => length)));
  }

  /** Whose values stand in one of these texts. */
  namesIn(texts: readonly string[]): string[] {
    return this.#forms
      .filter(({ forms }) => forms.some((form) => texts.some((text) => text.includes(form))))
      .map(({ name }) => name);
  }
}
