/** Fields that a person watching one node knows, or does not want. */
const LEFT_OUT = new Set([
  'level',
  'time',
  'msg',
  'pid',
  'service',
  'instance',
  'suite',
  'run',
  'trace_id',
  'span_id',
  'name',
]);

const valueText = (value: unknown): string =>
  typeof value === 'string' && !/[\s"=]/.test(value) ? value : (JSON.stringify(value) ?? '');

function objectIn(json: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A line of the runner's own log as a person reads it: `INFO working kind=database attempt=1`; anything else as it is. */
export function runnerLine(json: string): string {
  const parsed = objectIn(json);
  if (parsed === undefined) return json.trimEnd();
  const { level, msg } = parsed;
  const fields = Object.entries(parsed)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key}=${valueText(value)}`);
  const words = [typeof level === 'string' ? level.toUpperCase() : '', typeof msg === 'string' ? msg : ''];
  return [...words, ...fields].filter((word) => word !== '').join(' ');
}
