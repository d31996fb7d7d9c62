/** Name of the artifact: what was seen of machine, load tool and server, a row a second, CSV compressed by gzip. */
export const METRICS_FILE = 'metrics.csv.gz';

export interface MetricsTable {
  /** Whether the columns are known, what was read of the rows: NaN for an empty cell. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** Reads the table: a head line, then rows whose empty cells are not known; a last line that was cut off is left out. */
export function parseMetrics(text: string): MetricsTable {
  const [header = '', ...lines] = text.split('\n').slice(0, -1);
  const columns = header.split(',');
  const rows = lines
    .map((line) => line.split(',').map((word) => (word === '' ? NaN : Number(word))))
    .filter((row) => row.length === columns.length);
  return { columns, rows };
}

/** Of one column; what is missing is left out. */
export function valuesOf({ columns, rows }: MetricsTable, name: string): number[] {
  const at = columns.indexOf(name);
  return at < 0 ? [] : rows.map((row) => row[at] ?? NaN).filter((value) => !Number.isNaN(value));
}
