export { createToken, type TokenClaims } from './auth/token.ts';
export type { EngineTls } from './engine-tls.ts';
export { EngineError } from './engine-error.ts';
export { startEngine, type EngineOptions, type RunningEngine } from './start-engine.ts';
