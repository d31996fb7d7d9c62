/** Tests run on the embedded engine, or on the one that HATCHET_CLIENT_* name where BENCHBUS_TEST_ENGINE is `external`. */
export const onExternalEngine = process.env['BENCHBUS_TEST_ENGINE'] === 'external';

/** Why a test that reaches into the engine's own process is left out on an engine that is not ours. */
export const NEEDS_OUR_ENGINE = 'needs an engine of its own (BENCHBUS_TEST_ENGINE is not embedded)';

/**
 * This process's environment for a stack under test: an engine that happens to be configured here is used only where the
 * tests were told so.
 */
export function testEnvironment(): NodeJS.ProcessEnv {
  if (onExternalEngine) {
    if (process.env['HATCHET_CLIENT_TOKEN']) return process.env;
    throw new Error('BENCHBUS_TEST_ENGINE=external needs HATCHET_CLIENT_TOKEN, and what else the engine is reached by');
  }
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('HATCHET_CLIENT_'));
  return Object.fromEntries(others);
}
