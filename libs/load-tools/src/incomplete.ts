import { BenchbusError } from '@benchbus/events';

/** What a tool left does not say what it has to. */
export const incomplete = (tool: string, message: string): BenchbusError =>
  new BenchbusError({
    code: 'TOOL_OUTPUT_INCOMPLETE',
    message,
    where: `${tool} (measure)`,
    hint: 'was the disk full? The files are kept as artifacts',
  });
