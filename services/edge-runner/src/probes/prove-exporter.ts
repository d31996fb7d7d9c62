import { labelOf } from './metrics.ts';
import { serving } from './serving.ts';
import type { Exporter, ExporterKind } from './serving.ts';
import type { ProbeWorld, Proven } from './world.ts';

/** Each exporter tells of itself in a metric with labels. */
const BUILD: Readonly<Record<ExporterKind, string>> = {
  'node-exporter': 'node_exporter_build_info',
  'postgres-exporter': 'postgres_exporter_build_info',
  'pgbouncer-exporter': 'pgbouncer_exporter_build_info',
};

/** It answers with metrics of what it watches. @throws NotYet */
export async function proveExporter(at: Exporter, world: ProbeWorld): Promise<Proven> {
  const { kind } = at.process;
  const samples = await serving(at, world);
  const build = samples.find(({ name }) => name === BUILD[kind]);
  const version = build && labelOf(build, 'version');
  return {
    version,
    facts: {
      [`${kind}.serving`]: true,
      [`${kind}.samples`]: samples.length,
      ...(version === undefined ? {} : { [`${kind}.version`]: version }),
    },
  };
}
