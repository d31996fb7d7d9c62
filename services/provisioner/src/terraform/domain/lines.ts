/** Cuts what arrives in pieces into lines; what has no end yet waits for it. */
export class Lines {
  #rest = '';

  push(piece: string): string[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  /** What came last, without an end: a killed program stops anywhere. */
  end(): string[] {
    const last = this.#rest;
    this.#rest = '';
    return last === '' ? [] : [last];
  }
}
