import { BenchbusError } from '@benchbus/events';

/** Something that a command cannot do without was not given. @param where the command as typed, or its option */
export const argumentMissing = (where: string, message: string, hint: string): BenchbusError =>
  new BenchbusError({ code: 'ARGUMENT_MISSING', message, where, hint });
