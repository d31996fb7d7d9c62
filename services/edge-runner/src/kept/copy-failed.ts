import { BenchbusError } from '@benchbus/events';

/** @param said what the program that failed printed */
export const copyFailed = (what: string, said: string, where: string): BenchbusError =>
  new BenchbusError({
    code: 'DATA_COPY_FAILED',
    message: `${what}: ${said.trim().split('\n').slice(-3).join('\n') || 'cp was ended'}`,
    where,
    hint: 'a repeat with reset: data needs room for the data and their copy; reset: server needs none for a copy',
  });
