import type { Screen } from './live.ts';

const WIDTH = 24;
/** A terminal shows no more than this anyway. */
const EVERY_MS = 50;

/** One line that is rewritten, on a terminal; elsewhere nothing. */
export class ProgressBar {
  readonly #screen: Screen;
  readonly #what: string;
  #shownAt = -Infinity;

  constructor(screen: Screen, what: string) {
    this.#screen = screen;
    this.#what = what;
  }

  /** @param now ms of any clock that goes forward */
  show(done: number, total: number, now = performance.now()): void {
    if (!this.#screen.isTerminal || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const full = Math.round(share * WIDTH);
    const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    const text = `${this.#what}  ${bar}  ${Math.floor(share * 100)} %  ${done} of ${total} events`;
    this.#screen.write(`\r\x1b[2K${text.slice(0, Math.max(10, this.#screen.columns() - 1))}`);
  }

  end(): void {
    if (this.#screen.isTerminal && this.#shownAt > -Infinity) this.#screen.write('\r\x1b[2K');
  }
}
