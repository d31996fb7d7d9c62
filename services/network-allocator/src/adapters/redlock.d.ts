// redlock's own types are not in its `exports`, and name `ioredis`, which iovalkey replaces here.
declare module 'redlock' {
  import type { EventEmitter } from 'node:events';
  import type { Valkey } from 'iovalkey';

  export interface Settings {
    readonly driftFactor: number;
    readonly retryCount: number;
    readonly retryDelay: number;
    readonly retryJitter: number;
    readonly automaticExtensionThreshold: number;
  }
  export interface Lock {
    release(): Promise<unknown>;
  }
  export default class Redlock extends EventEmitter {
    constructor(clients: Iterable<Valkey>, settings?: Partial<Settings>);
    acquire(resources: string[], durationMs: number): Promise<Lock>;
  }
}
