/** `RunStageStarted` → `run-stage-started`, the name of its page and of the file of its schema in the source. */
export const pageName = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

export const schemaFile = (type: string): string => `schemas/${type}.schema.json`;
