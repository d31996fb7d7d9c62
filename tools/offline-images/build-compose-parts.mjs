import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNatsServer } from '../lib/nats-server.mjs';
import { ensureGoProgram } from '../lib/go-programs.mjs';
import { build } from './docker-build.mjs';

/** What compose.offline.yml runs beside our services, in one image. */
export const COMPOSE_PARTS = 'benchbus-offline/compose-parts';

/** NATS and the S3 gateway as this machine has them, Valkey from Debian. */
export function buildComposeParts(docker) {
  const context = mkdtempSync(join(tmpdir(), 'bb-compose-parts-'));
  try {
    const programs = { 'nats-server': ensureNatsServer(), versitygw: ensureGoProgram('versitygw') };
    for (const [name, file] of Object.entries(programs)) {
      copyFileSync(file, join(context, name));
      chmodSync(join(context, name), 0o755);
    }
    const file = join(context, 'Dockerfile');
    copyFileSync(fileURLToPath(new URL('compose-parts.Dockerfile', import.meta.url)), file);
    build(docker, COMPOSE_PARTS, context, { file });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
