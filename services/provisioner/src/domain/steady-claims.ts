interface Claim {
  readonly cidr: string;
  readonly by: string;
}

/**
 * What others use of the pools, as it is announced. What appears is said at once: nobody is to get it. What vanishes is said
 * only when it is missed for the second time in a row: a network that somebody makes and removes again and again would else
 * fill the log with announcements, one for each look. Sorted by CIDR, so that the same claims are the same announcement.
 */
export class SteadyClaims<C extends Claim> {
  #said: readonly C[] = [];
  #missed: ReadonlySet<string> = new Set();

  look(seen: readonly C[]): C[] {
    const there = new Set(seen.map(({ cidr }) => cidr));
    const kept = this.#said.filter(({ cidr }) => !there.has(cidr) && !this.#missed.has(cidr));
    this.#missed = new Set(kept.map(({ cidr }) => cidr));
    const said = [...seen, ...kept].sort((a, b) => (a.cidr < b.cidr ? -1 : 1));
    this.#said = said;
    return said;
  }
}
