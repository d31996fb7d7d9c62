/** A durable consumer that all replicas of a service share. */
export interface Durable {
  readonly stream: 'EVENTS' | 'REQUESTS';
  readonly name: string;
}

/** Facts that the dispatcher reacts to. */
export const REACTOR = { stream: 'EVENTS', name: 'suite-dispatcher-reactor' } as const satisfies Durable;
/** What clients ask of the dispatcher. */
export const CLIENT_REQUESTS = { stream: 'REQUESTS', name: 'suite-dispatcher-requests' } as const satisfies Durable;

/** Those whose names are the same everywhere: rights, and rules for scaling, name them. */
export const SHARED_DURABLES: readonly Durable[] = [REACTOR, CLIENT_REQUESTS];

/** Each host's provisioner has its own, on EVENTS. */
export const provisionerDurable = (hostId: string): string => `provisioner-${hostId}`;

/** A consumer has side doors: letters that were redriven to it, and the server's reports of messages that were given up. */
export const withSideDoors = ({ stream, name }: Durable): { readonly stream: string; readonly name: string }[] => [
  { stream, name },
  { stream: 'DEADLETTERS', name },
  { stream: 'ADVISORIES', name: `${stream}-${name}` },
  { stream: 'ADVISORIES', name: `DEADLETTERS-${name}` },
];
