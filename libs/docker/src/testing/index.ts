export { makeCertificates } from './certificates.ts';
export { startEngineFront } from './engine-front.ts';
export type { EngineFront } from './engine-front.ts';
export { startTestRegistry } from './registry.ts';
export type { TestRegistry } from './registry.ts';
export { makeTinyImage } from './tiny-image.ts';
export { startPrivateEngine } from './private-engine.ts';
export type { PrivateEngine } from './private-engine.ts';
