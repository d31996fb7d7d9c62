import { describe, expect, it } from 'vitest';
import { parseListeners } from './listeners.ts';
import { parseStat } from './stat.ts';
import { parseCpuSeconds } from './cpu-seconds.ts';

describe('/proc/<pid>/stat', () => {
  const rest = `S 17 4711 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 ${123_456} 99 100`;
  it.each(['sleep', 'a b', ':) (x)', ') R 1 2'])('gives start time, group and parent of (%s)', (name) => {
    expect(parseStat(`1234 (${name}) ${rest}`)).toEqual({ startTime: '123456', group: 4711, parent: 17 });
  });
  it.each(['Z', 'X'])('of a process in state %s is that of a dead one', (state) => {
    expect(parseStat(`1234 (sleep) ${rest.replace('S', state)}`)).toBeUndefined();
  });
  it('of another shape gives nothing', () => {
    expect(parseStat('')).toBeUndefined();
    expect(parseStat('1 (x) S 1')).toBeUndefined();
  });
});

describe('/proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0900007F:176F 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 27861 1 00000000 100 0 0 10 0
   1: 0900007F:176F 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   101        0 27999 1 00000000 100 0 0 10 0
   2: 00000000:1770 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 27000 1 00000000 100 0 0 10 0
   3: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 27001 1
`;
  it('names the listeners, not the connections', () => {
    expect(parseListeners(table)).toEqual([
      { address: '127.0.0.9', port: 5999, inode: '27861' },
      { address: '0.0.0.0', port: 6000, inode: '27000' },
      { address: '[::]', port: 22, inode: '27001' },
    ]);
    expect(parseListeners('')).toEqual([]);
  });
});

it("reads a process' CPU time, whatever it is called", () => {
  const rest = 'S 1 7 7 0 -1 4194304 1 2 3 4 150 50 1000 23 20 0 1 0 12345 1 1';
  expect(parseCpuSeconds(`42 (a) b (c)) ${rest}`)).toBe(12.23);
  expect(parseCpuSeconds('')).toBeUndefined();
});
