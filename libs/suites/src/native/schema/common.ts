import { z } from 'zod';
import { secretRef } from '../../model/scalars.ts';
import { VARIABLE_NAME } from '../../model/workload.ts';
import { lines, size } from '../scalars.ts';

/** The largest count that the predecessor's files could hold. */
export const UINT32 = 4_294_967_295;

export const count = (max: number) => z.int().min(1).max(max);

/** A port with what it is when nothing is said. */
export const portOr = (usual: number) => z.int().min(1).max(65535).default(usual).describe('TCP port');

export const hardware = z
  .strictObject({
    cores: z.number().positive().max(UINT32).default(1).describe('CPU cores; may be a fraction'),
    memory: size.prefault('1GB').describe('Memory limit, with unit: 1GB (10^9), 4GiB (2^30)'),
    disk: size.prefault('5GB').describe('Disk, with unit'),
  })
  .prefault({})
  .describe('What the node may use');

/** A secret is never in a file: only the name under which whoever uses it finds the value. */
export const secret = z
  .strictObject({
    secret: secretRef.shape.secret.describe('Name of the environment variable or secret file'),
    provider: secretRef.shape.provider.describe('Where to look; without it the variable first, then the file'),
  })
  .describe('A secret by reference, never its value');

/** Variables of a program's environment. */
export const environment = z
  .record(
    z.string().regex(VARIABLE_NAME, 'the name of a variable: any text without "="'),
    z.union([lines(32_768), secret], { error: 'text, or a secret by reference: { secret: NAME }' }),
  )
  .prefault({})
  .describe("Further variables of the program's environment");
