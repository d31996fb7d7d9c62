import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMAS = join(import.meta.dirname, '../schemas');

/** The type of every definition in `src/schemas`, one file each (`*.v1.ts`), registered or not. */
export async function definedTypes(folder = SCHEMAS): Promise<string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.v\d+\.ts$/.test(file));
  const modules = await Promise.all(
    files.map((file) => import(join(folder, file)) as Promise<Record<string, { readonly type?: string }>>),
  );
  return modules.flatMap((module) => Object.values(module).flatMap(({ type }) => (type === undefined ? [] : [type])));
}
