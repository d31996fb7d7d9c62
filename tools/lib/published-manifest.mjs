/**
 * A workspace's package.json → that of the package made of it. Inside the repository it is private and exports TypeScript;
 * outside it is JavaScript with declarations. Node 20 is what tsconfig.package.json compiles for.
 */
export const publishedManifest = ({ name, version, description, license, type, dependencies }) => ({
  name,
  version,
  description,
  license,
  type,
  engines: { node: '>=20.12' }, // crypto.hash
  sideEffects: false,
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  files: ['**/*.js', '**/*.d.ts'],
  dependencies,
  publishConfig: { access: 'public' },
});
