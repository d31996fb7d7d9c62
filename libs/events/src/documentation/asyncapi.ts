import { z } from 'zod';
import type { Contract } from '../contracts/contract.ts';
import { logLine, progress } from '../core/telemetry-codec.ts';
import { jsonOf } from '../envelope/attributes.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { CHANNELS, PARAMETERS, parametersOf, type Channel } from './channels.ts';
import { schemaFile } from './file-names.ts';
import { FACT_HEADERS, LETTER_HEADERS, REQUEST_HEADERS } from './headers.ts';

const ref = (path: string) => ({ $ref: `#/${path}` });

const telemetrySchema = (schema: z.ZodType): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
};

/** Channels of messages that are no contracts of the log: for people who watch. */
const OTHERS: Readonly<Record<string, Channel & { readonly message: object }>> = {
  progress: {
    address: 'progress.{runId}',
    title: 'Progress of a run while it happens; kept for days',
    stream: 'TELEMETRY',
    writer: 'edge-runner',
    message: { title: 'Progress', payload: telemetrySchema(progress) },
  },
  log: {
    address: 'log.{runId}.{node}.{container}',
    title: 'Lines that the processes of a node print; kept for days',
    stream: 'TELEMETRY',
    writer: 'edge-runner',
    message: { title: 'LogLine', payload: telemetrySchema(logLine) },
  },
  deadLetter: {
    address: 'dead.{service}.{consumer}',
    title: 'Messages that nobody could handle; kept for thirty days',
    stream: 'DEADLETTERS',
    writer: 'every service',
    message: {
      title: 'DeadLetter',
      summary: 'The message as it was, with the reason in its headers; of a request the headers only',
      contentType: 'application/octet-stream',
      headers: LETTER_HEADERS,
      payload: { description: 'The body, whatever it is' },
    },
  },
};

const channelOf = ({ address, title, stream, writer }: Channel, messages: readonly string[]) => ({
  address,
  title,
  parameters: Object.fromEntries(parametersOf(address).map((name) => [name, ref(`components/parameters/${name}`)])),
  messages: Object.fromEntries(messages.map((name) => [name, ref(`components/messages/${name}`)])),
  'x-stream': stream,
  'x-writer': writer,
});

function messageOf({ name, type, channel, documentation }: Contract, example: StoredMessage | undefined): object {
  return {
    name: type,
    title: name,
    summary: documentation.what,
    description: `When: ${documentation.when}.`,
    contentType: 'application/json',
    headers: ref(`components/schemas/${channel === 'request' ? 'RequestHeaders' : 'FactHeaders'}`),
    payload: { $ref: schemaFile(type) },
    ...(example === undefined ? {} : { examples: [{ headers: example.headers, payload: jsonOf(example) }] }),
  };
}

/** The AsyncAPI 3 document: benchbus sends facts and telemetry, and receives requests. */
export function asyncApiDocument(
  contracts: readonly Contract[],
  exampleOf: (type: string) => StoredMessage | undefined,
  version: string,
): object {
  const inChannel = (channel: string) => contracts.filter((one) => one.channel === channel).map(({ name }) => name);
  const own = Object.entries(CHANNELS).map(([key, channel]) => [key, channelOf(channel, inChannel(key))] as const);
  const others = Object.entries(OTHERS).map(([key, channel]) => [key, channelOf(channel, [key])] as const);
  const channels = [...own, ...others];
  const operations = channels.map(([key, { title }]) => [
    key === 'request' ? 'receiveRequest' : `send${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    { action: key === 'request' ? 'receive' : 'send', channel: ref(`channels/${key}`), summary: title },
  ]);
  return {
    asyncapi: '3.0.0',
    id: 'urn:benchbus',
    info: {
      title: 'benchbus',
      version,
      description: 'Events of benchbus on NATS JetStream: CloudEvents 1.0 in binary mode. Generated from the registry.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      contact: { name: 'benchbus' },
      tags: [{ name: 'events' }],
    },
    defaultContentType: 'application/json',
    servers: { nats: { host: 'localhost:4222', protocol: 'nats', description: 'NATS 2.12 or newer, with JetStream' } },
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries(operations),
    components: {
      parameters: Object.fromEntries(Object.entries(PARAMETERS).map(([name, description]) => [name, { description }])),
      messages: {
        ...Object.fromEntries(contracts.map((one) => [one.name, messageOf(one, exampleOf(one.type))])),
        ...Object.fromEntries(Object.entries(OTHERS).map(([key, { message }]) => [key, message])),
      },
      schemas: { FactHeaders: FACT_HEADERS, RequestHeaders: REQUEST_HEADERS },
    },
  };
}
