/** One line of the Prometheus text format: `pg_up 1`, `node_x{a="b"} 2.5e3`. */
export interface Sample {
  readonly name: string;
  /** As written, between the braces; empty without. */
  readonly labels: string;
  readonly value: number;
}

const LINE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})?\s+(NaN|[-+]?(?:Inf|[\d.]+(?:e[-+]?\d+)?))(?:\s+\d+)?$/i;

/** Samples of a metrics page; comments and lines that are none are left out. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
}

/** The value of a label, as far as its text needs no escapes. */
export const labelOf = ({ labels }: Sample, label: string): string | undefined =>
  new RegExp(`(?:^|,)${label}="([^"\\\\]*)"`).exec(labels)?.[1];
