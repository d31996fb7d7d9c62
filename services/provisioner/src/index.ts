export { provisionerConfig } from './config.ts';
export type { ProvisionerConfig } from './config.ts';
export type { CreateContext, NodeSpec, Target, WorldItem } from './target/target.ts';
export { startProvisioner } from './start-provisioner.ts';
