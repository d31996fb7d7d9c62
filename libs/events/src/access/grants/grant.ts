/** One thing that a user may do, with the subjects it takes: a row of the table. */
export interface Grant {
  /** For people: `append facts of runs`. */
  readonly what: string;
  /** Subjects it publishes to. */
  readonly pub?: readonly string[];
  /** Subjects it hears, beside its own inbox. */
  readonly sub?: readonly string[];
  /** Between users of one account: no other has a part in it. */
  readonly within?: true;
  /** It answers who asks on `sub`. */
  readonly answers?: true;
}
