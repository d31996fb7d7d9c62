import { cpus, platform, release, totalmem } from 'node:os';

/** The machine a result was measured on. */
export const environment = () => ({
  platform: platform(),
  kernel: release(),
  cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  node: process.versions.node,
});
