import type { V1DispatcherServiceImplementation } from '@hatchet-dev/typescript-sdk/protoc/v1/dispatcher.js';
import { lacking, lackingStream } from './unimplemented.ts';

/** `/v1.V1Dispatcher` is about durable tasks only. */
export function v1DispatcherService(): V1DispatcherServiceImplementation {
  return {
    durableTask: lackingStream('durable tasks'),
    registerDurableEvent: lacking('durable tasks'),
    listenForDurableEvent: lackingStream('durable tasks'),
  };
}
