/**
 * terraform's CLI configuration: where providers come from. `mirror` is an address of a network mirror (`https://…/`), a folder
 * in a mirror's layout, or `direct` for the registry itself.
 */
export function cliConfig(mirror: string): string {
  if (mirror === 'direct') return 'provider_installation {\n  direct {}\n}\n';
  const include = '    include = ["registry.terraform.io/*/*"]';
  const how = mirror.startsWith('/')
    ? ['  filesystem_mirror {', `    path    = ${JSON.stringify(mirror)}`]
    : ['  network_mirror {', `    url     = ${JSON.stringify(mirror.endsWith('/') ? mirror : `${mirror}/`)}`];
  return [
    'provider_installation {',
    ...how,
    include,
    '  }',
    '  direct {',
    '    exclude = ["registry.terraform.io/*/*"]',
    '  }',
    '}',
    '',
  ].join('\n');
}
