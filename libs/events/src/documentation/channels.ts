import type { Contract } from '../contracts/contract.ts';
import { WRITERS, type Aggregate } from '../schemas/define-event.ts';

/** Subjects of NATS with what stands in them. */
export interface Channel {
  readonly address: string;
  readonly title: string;
  readonly stream: 'EVENTS' | 'REQUESTS' | 'TELEMETRY' | 'DEADLETTERS';
  /** Who publishes to it. */
  readonly writer: string;
}

const addresses: Readonly<Record<Aggregate, string>> = {
  suite: 'evt.suite.{suiteId}',
  run: 'evt.run.{runId}',
  network: 'evt.network.{runId}',
  capacity: 'evt.capacity.{hostId}',
  pool: 'evt.pool.{scope}.{cidr}',
  deployment: 'evt.deployment.{runId}',
  host: 'evt.host.{hostId}',
  edge: 'evt.edge.{runId}.{node}',
  artifact: 'evt.artifact.{artifactId}',
};

const aggregateChannel = (aggregate: Aggregate): Channel => ({
  address: addresses[aggregate],
  title: `Facts about one ${aggregate}: an aggregate of the log`,
  stream: 'EVENTS',
  writer: WRITERS[aggregate],
});

export const CHANNELS: Readonly<Record<Contract['channel'], Channel>> = {
  suite: aggregateChannel('suite'),
  run: aggregateChannel('run'),
  network: aggregateChannel('network'),
  capacity: aggregateChannel('capacity'),
  pool: aggregateChannel('pool'),
  deployment: aggregateChannel('deployment'),
  host: aggregateChannel('host'),
  edge: aggregateChannel('edge'),
  artifact: aggregateChannel('artifact'),
  request: {
    address: 'request.suite.{suiteId}',
    title: 'What clients ask for: not part of the log, kept for days',
    stream: 'REQUESTS',
    writer: 'any client',
  },
};

/** What a parameter of an address is; each is one token of a subject. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  suiteId: 'Id of the suite, chosen by the client',
  runId: 'Id of the run',
  hostId: 'Id of the host',
  scope: 'Host or VPC that the pool belongs to',
  cidr: 'The pool, `10.2.0.0/16` written `10-2-0-0_16`',
  node: 'Name of the node',
  artifactId: 'Id of the artifact',
  container: 'What printed the line: `postgres`, `pgbench`, `runner`',
  service: 'Who could not handle the message',
  consumer: 'Its consumer',
};

export const parametersOf = (address: string): string[] =>
  [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
