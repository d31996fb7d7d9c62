import { writeFileSync } from 'node:fs';
import { prometheusRule, RULE_FILE } from './prometheus-rule.ts';

/** npm run generate:alerts */
writeFileSync(RULE_FILE, prometheusRule());
