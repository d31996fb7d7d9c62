import ts from 'typescript';

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const ONE_WORD = /^[A-Z][A-Z0-9]+$/;
/** `TASK_OF_OTHER_LOG: run …`: where an error is only a text, ours or that of a script. */
const LEADING = /(?:^|echo ')([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): /;
/** Whether it is worth parsing a file at all: that is what costs time. */
const WORTH = /['"`](?:[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z][A-Z0-9]+['"])|echo '[A-Z]|code[:=] ?`/;

/** `env['X']`, `process.env.X`; a schema's `X: z.string()`. */
const VARIABLES = [
  /\benv(?:ironment)?(?:\.|\[')([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g,
  /^\s*([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): z\b/gm,
];

/** The name that a value gets: of a property, a variable or a parameter; undefined: none. */
function nameOf(node) {
  let at = node;
  while (
    ts.isConditionalExpression(at.parent) ||
    ts.isParenthesizedExpression(at.parent) ||
    ts.isAsExpression(at.parent)
  )
    at = at.parent;
  const { parent } = at;
  const named =
    (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isParameter(parent)) &&
    parent.initializer === at;
  return named && ts.isIdentifier(parent.name) ? parent.name.text : undefined;
}

const isKey = (node) =>
  (ts.isElementAccessExpression(node.parent) && node.parent.argumentExpression === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node);

/**
 * What of a source may be an error's code, by TypeScript's own parser: texts like `A_CODE`, one word where it is the value of a
 * `code`, and the head of a text like `A_CODE: what`. Beside them, as written, templates that make a code.
 * @param {string} name of the file
 * @param {string} text
 * @returns {{ codes: { code: string, line: number }[], templates: { text: string, line: number }[] }}
 */
export function codeLiterals(name, text) {
  const found = { codes: [], templates: [] };
  if (!WORTH.test(text)) return found;
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const lineOf = (node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const take = (code, node) => found.codes.push({ code, line: lineOf(node) });
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) && !isKey(node)) {
      const isCode = CODE.test(node.text) || (ONE_WORD.test(node.text) && nameOf(node) === 'code');
      const head = isCode ? node.text : LEADING.exec(node.text)?.[1];
      if (head !== undefined) take(head, node);
    } else if (ts.isTemplateExpression(node)) {
      const parts = [node.head, ...node.templateSpans.map(({ literal }) => literal)];
      const heads = parts.flatMap((part, index) => {
        const head = LEADING.exec(part.text);
        // Only the first part begins the text.
        return head !== null && (index === 0 || head[0].startsWith('echo')) ? [head[1]] : [];
      });
      for (const head of heads) take(head, node);
      if (heads.length === 0 && nameOf(node) === 'code')
        found.templates.push({ text: node.getText(file), line: lineOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Environment variables that a source reads or declares, as far as its text shows. @param {string} text */
export const variablesIn = (text) => VARIABLES.flatMap((one) => [...text.matchAll(one)].map(([, name]) => name));
