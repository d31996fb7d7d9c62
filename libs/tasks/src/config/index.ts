export * from './hatchet-config.ts';
export * from './hatchet-variables.ts';
export { HatchetConfigInvalid } from './problems.ts';
