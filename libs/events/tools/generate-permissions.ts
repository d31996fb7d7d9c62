import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { permissionsPage } from '../src/access/documentation/permissions-page.ts';
import { layOut } from './lay-out.ts';

/** Writes docs/reference/nats-permissions.md. Run it after a change of the table; a test finds a forgotten one. */
const file = join(import.meta.dirname, '../../../docs/reference/nats-permissions.md');
writeFileSync(file, await layOut(file, permissionsPage()));
