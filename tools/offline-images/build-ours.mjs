import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureGoProgram } from '../lib/go-programs.mjs';
import { ROOT } from '../lib/paths.mjs';
import { build } from './docker-build.mjs';
import { BASE, GO_TPC, MODULES, OURS } from './images.mjs';

/** The load tool as this machine has it, in an image from which the runner's copies it. */
function buildGoTpc(docker) {
  const context = mkdtempSync(join(tmpdir(), 'bb-go-tpc-'));
  try {
    const [program, file] = [join(context, 'go-tpc'), join(context, 'Dockerfile')];
    copyFileSync(ensureGoProgram('go-tpc'), program);
    chmodSync(program, 0o755);
    writeFileSync(file, `FROM ${BASE}\nCOPY go-tpc /go/bin/go-tpc\n`);
    build(docker, GO_TPC, context, { file, cacheFrom: [GO_TPC] });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** The images of images/, on what is there under the official names. What has not changed comes from the engine's cache. */
export function buildOurs(docker) {
  buildGoTpc(docker);
  for (const { name, folder, repository, args } of OURS) {
    const file = join(ROOT, 'images', folder, 'Dockerfile');
    if (repository) {
      build(docker, MODULES, ROOT, { file, args, target: 'modules', cacheFrom: [MODULES] });
      build(docker, name, ROOT, { file, args, cacheFrom: [MODULES, GO_TPC, name] });
    } else build(docker, name, join(ROOT, 'images', folder), { file, cacheFrom: [name] });
  }
}
