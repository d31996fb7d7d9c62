/** Keys whose plain value would be a secret; `secret` itself is the reference form. */
const SECRET_KEY = /passw(or)?d|passphrase|token|credential|(access|secret|api|private)_?key|sslkey/i;

/** Variables, which people name more freely; headers carry authorisation. */
const SECRET_VARIABLE = /secret|(^|_)(pwd|auth|authorization)(_|$)|headers$/i;

/** How an algorithm or a file is called is no secret. */
const HARMLESS = /^password_encryption$/i;

export const isSecretKey = (name: string): boolean => SECRET_KEY.test(name) && !HARMLESS.test(name);

/** A variable in the environment of a load tool. */
export const isSecretVariable = (name: string): boolean => isSecretKey(name) || SECRET_VARIABLE.test(name);

/** Maps whose keys are variables, in both dialects. */
export const ENVIRONMENTS: readonly unknown[] = ['environment', 'stroppyEnv', 'stroppy_env'];
