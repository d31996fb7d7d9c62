export * from './model/database.ts';
export * from './model/problem.ts';
export * from './model/scalars.ts';
export * from './model/suite.ts';
export * from './model/workload.ts';
export * from './planning/plan.ts';
