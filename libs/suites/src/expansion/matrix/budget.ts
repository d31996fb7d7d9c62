import type { FieldPath } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { MAX_COMBINATIONS, MAX_EXPANDED_BYTES, MAX_RUNS } from '../limits.ts';

/** Counts what all matrices of a suite together come to, each before it is made: a small file must not cost much. */
export class Budget {
  #combinations = 0;
  #tests = 0;
  #bytes = 0;

  /** Of the product, before any is excluded. */
  takeCombinations(count: number, path: FieldPath): Finding[] {
    this.#combinations += count;
    if (this.#combinations <= MAX_COMBINATIONS) return [];
    const text = `has ${count} combinations, ${this.#combinations} with those before; allowed are ${MAX_COMBINATIONS} in a suite before any is excluded`;
    return [{ code: 'SUITE_TOO_LARGE', path, text, hint: 'give fewer values' }];
  }

  takeTests(count: number, path: FieldPath): Finding[] {
    this.#tests += count;
    if (this.#tests <= MAX_RUNS) return [];
    const text = `makes ${count} tests, ${this.#tests} with those before; allowed are ${MAX_RUNS} in a suite`;
    return [{ code: 'SUITE_TOO_LARGE', path, text, hint: 'exclude combinations, or split it into several suites' }];
  }

  takeBytes(value: unknown, path: FieldPath): Finding[] {
    this.#bytes += Buffer.byteLength(JSON.stringify(value));
    if (this.#bytes <= MAX_EXPANDED_BYTES) return [];
    const text = `makes tests of more than ${MAX_EXPANDED_BYTES} bytes together; allowed is less`;
    return [{ code: 'SUITE_TOO_LARGE', path, text, hint: 'split it into several suites' }];
  }
}
