export { createToken, type TokenClaims } from './auth/token.ts';
export { EngineError } from './engine-error.ts';
export { startEngine, type EngineOptions, type RunningEngine } from './start-engine.ts';
