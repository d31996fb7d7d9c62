import { parseArgs } from 'node:util';
import { overhead } from './overhead.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, pairs: { type: 'string', default: '5' } },
});

if (positionals[0] !== 'overhead') {
  console.error('usage: npm run bench -- overhead [--pairs N] [--json]');
  process.exit(2);
}
const result = await overhead(Number(values.pairs));
if (values.json) console.log(JSON.stringify({ bench: 'overhead', ...result }));
else {
  const { pairs, suiteSeconds, bareSeconds, ratio } = result;
  console.log(
    `suite ${suiteSeconds.toFixed(2)} s, the same by hand ${bareSeconds.toFixed(2)} s: ${ratio.toFixed(2)} × (median of ${pairs})`,
  );
}
