import { describe, expect, it } from 'vitest';
import { findBinaries } from './binaries.ts';

describe('binaries', () => {
  it('of a version that is not installed are named with their package', async () => {
    await expect(findBinaries({ version: '18', programs: ['postgres'], root: '/nowhere' })).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      hint: expect.stringContaining('postgresql-18') as string,
    });
  });

  it('are found on the PATH', async () => {
    await expect(
      findBinaries({ version: 'installed', programs: ['sh'], root: '/nowhere', path: '/nowhere:/bin' }),
    ).resolves.toBe('/bin');
  });
});
