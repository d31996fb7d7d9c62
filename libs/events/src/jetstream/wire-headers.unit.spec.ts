import { type MsgHdrsImpl, MsgImpl } from '@nats-io/nats-core/internal';
import { headers as newHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { recordedMessages } from '../testing/recorded-logs.ts';
import { fromWire, headersOf, parseHeaders, toWire } from './wire-headers.ts';

const bytesOf = (headers: MsgHdrs): Uint8Array => (headers as MsgHdrsImpl).encode();

function several(): MsgHdrs {
  const headers = newHeaders();
  headers.append('Nats-Msg-Id', 'first');
  headers.append('Nats-Msg-Id', 'last');
  headers.set('empty', '');
  headers.set('colon', 'a: b:c');
  headers.set('umlaut', 'ö');
  return headers;
}

test("the bytes say what the client's own headers say, of messages of all kinds in any order", () => {
  const recorded = recordedMessages().flatMap(([, stored]) => stored.map(({ headers }) => toWire(headers)));
  for (const headers of [...recorded.slice(0, 3), several(), newHeaders(100, 'Idle Heartbeat'), ...recorded, several()])
    expect(parseHeaders(bytesOf(headers))).toEqual(fromWire(headers));
  expect(parseHeaders(new TextEncoder().encode('NATS/1.0\r\n\r\n'))).toEqual({});
  expect(parseHeaders(new TextEncoder().encode('NATS/1.0\r\nno name\r\n: nameless\r\na:1\r\n\r\n'))).toEqual({
    a: '1',
  });
});

test('a message is read from its bytes, and one without headers has none', () => {
  const header = bytesOf(several());
  const received = (hdr: number) => {
    const arg = { subject: new Uint8Array(), reply: undefined, sid: 1, hdr, size: header.length };
    return new MsgImpl(arg as unknown as ConstructorParameters<typeof MsgImpl>[0], header, {} as never) as Msg;
  };
  expect(headersOf(received(header.length))).toEqual(fromWire(several()));
  expect(headersOf(received(-1))).toEqual({});
});
