import {
  CLIENT_REQUESTS,
  REACTOR,
  type AnyRecorded,
  type AnyRequest,
  type ConsumeOptions,
  type EventLog,
} from '@benchbus/events';
import { failParked } from './fail-parked.ts';
import { handleRequest, settleParked, type RequestOptions } from './handle-request.ts';
import type { Reactor } from './reactor.ts';

/** The facts that call for the next step of a suite or of a run's release. */
export const runFacts = (reactor: Pick<Reactor, 'onEvent'>, log: EventLog): ConsumeOptions<AnyRecorded> => ({
  name: REACTOR.name,
  subjects: ['evt.suite.*', 'evt.run.*', 'evt.network.*', 'evt.deployment.*', 'evt.artifact.*'],
  handle: (event) => reactor.onEvent(event),
  onParked: (letter) => failParked(letter, log),
});

/** What clients ask. */
export const clientRequests = (options: RequestOptions): ConsumeOptions<AnyRequest> => ({
  name: CLIENT_REQUESTS.name,
  // What no subject fits is parked, too, and erased where it may hold a secret.
  subjects: ['request.>'],
  // A cancel that was handed to a dispatcher which then died is another's soon.
  ackWaitMs: 5_000,
  handle: (request) => handleRequest(request, options),
  onParked: (letter) => settleParked(letter, options.bus),
});
