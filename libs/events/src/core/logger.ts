/** The part of pino's interface the bus needs. */
export interface BusLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = () => undefined;
export const silentLogger: BusLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
