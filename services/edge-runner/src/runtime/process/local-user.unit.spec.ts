import { describe, expect, it } from 'vitest';
import { parsePasswd } from './local-user.ts';

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
