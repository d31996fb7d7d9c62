import { describe, expect, it } from 'vitest';
import { parsePasswd } from './local-user.ts';
import { listeningInodes } from './port-holder.ts';

describe('passwd line', () => {
  it('gives the ids', () => {
    expect(parsePasswd('postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n')).toEqual({
      uid: 101,
      gid: 104,
    });
  });
  it('of another shape gives nothing', () => {
    expect(parsePasswd('')).toBeUndefined();
  });
});

describe('/proc/net/tcp', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0900007F:176F 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 27861 1 00000000 100 0 0 10 0
   1: 0900007F:176F 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   101        0 27999 1 00000000 100 0 0 10 0
   2: 00000000:1770 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 27000 1 00000000 100 0 0 10 0
`;
  it('names the listeners of a port on any address, not its connections', () => {
    expect(listeningInodes(table, 5999)).toEqual(['27861']);
    expect(listeningInodes(table, 6000)).toEqual(['27000']);
    expect(listeningInodes(table, 1)).toEqual([]);
  });
});
