// A package of this repository is imported by its public face, an index of what all its files export. esbuild, where it splits a
// bundle, takes every file that an index names for needed by whoever imports one name of it. So the bundle imports the files.
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const OWN = /^@unitscope\/[\w-]+$/;

/**
 * `import { a } from '@unitscope/x'` brings the file of a, and `const { a } = await import('@unitscope/x')` a module that has only a:
 * of what is imported dynamically every export is kept.
 */
export const publicFaces = {
  name: 'public-faces',
  setup(plugins) {
    plugins.onLoad({ filter: /[\\/](dist|apps[\\/]cli[\\/]src)[\\/].*\.[jt]s$/ }, async ({ path }) => {
      if (/[\\/]node_modules[\\/]/.test(path)) return undefined;
      return {
        contents: direct(path, await readFile(path, 'utf8')),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      };
    });
    plugins.onResolve({ filter: /^named:/ }, ({ path }) => ({
      path: path.slice('named:'.length),
      namespace: 'named',
      sideEffects: false,
    }));
    plugins.onLoad({ filter: /.*/, namespace: 'named' }, ({ path }) => {
      const [face, names] = path.split(':');
      return {
        contents: names
          .split(',')
          .map((name) => statement('export', face, { name, as: name }))
          .join('\n'),
        resolveDir: import.meta.dirname,
      };
    });
  },
};

/** The text of a file with each import of a public face made one of the files behind it. */
function direct(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const edits = [];
  const visit = (node) => {
    const edit = staticImport(node) ?? dynamicImport(node);
    if (edit !== undefined) edits.push(edit);
    ts.forEachChild(node, visit);
  };
  visit(source);
  let result = text;
  for (const [node, instead] of edits.reverse())
    result = result.slice(0, node.getStart(source)) + instead + result.slice(node.end);
  return result;
}

/** `import { a } from '@unitscope/x'`: the node, and what is to stand there. @param {any} node */
function staticImport(node) {
  if (!ts.isImportDeclaration(node)) return undefined;
  const [face, clause] = [textOf(node.moduleSpecifier), node.importClause];
  const bindings = clause?.namedBindings;
  if (
    !OWN.test(face) ||
    clause?.isTypeOnly === true ||
    bindings === undefined ||
    !ts.isNamedImports(bindings)
  )
    return undefined;
  const statements = bindings.elements
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ propertyName, name }) =>
      statement('import', face, { name: textOf(propertyName ?? name), as: textOf(name) }),
    );
  return [node, statements.join(' ')];
}

/** `{ a } = await import('@unitscope/x')`: the text with the name of the package, and what is to stand there. @param {any} node */
function dynamicImport(node) {
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return undefined;
  const { initializer } = node;
  if (initializer === undefined || !ts.isAwaitExpression(initializer)) return undefined;
  const call = initializer.expression;
  if (!ts.isCallExpression(call) || call.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  const face = textOf(call.arguments[0]);
  if (!OWN.test(face)) return undefined;
  const names = node.name.elements.map(({ propertyName, name }) => textOf(propertyName ?? name));
  return [call.arguments[0], JSON.stringify(`named:${face}:${names.sort().join()}`)];
}

/** The text of a name or of a literal, which the types of the syntax tree tell apart. @param {any} node @returns {string} */
function textOf(node) {
  return node.text;
}

function statement(verb, face, { name, as }) {
  const { file, exported } = originOf(face, name);
  return `${verb} { ${exported} as ${as} } from ${JSON.stringify(file)};`;
}

/** The file that has what a public face exports under this name, and its name there. */
function originOf(face, name) {
  const origin = faceOf(face).get(name);
  if (origin === undefined) throw new Error(`${face} has no ${name}`);
  return OWN.test(origin.file) ? originOf(origin.file, origin.exported) : origin;
}

const faces = new Map();

function faceOf(name) {
  if (!faces.has(name)) faces.set(name, exportsOf(fileURLToPath(import.meta.resolve(name))));
  return faces.get(name);
}

function exportsOf(path) {
  const found = new Map();
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  for (const node of source.statements) {
    if (!ts.isExportDeclaration(node)) {
      for (const name of declaredNames(node)) found.set(name, { file: path, exported: name });
      continue;
    }
    const from = node.moduleSpecifier === undefined ? null : textOf(node.moduleSpecifier);
    const file = from === null ? path : from.startsWith('.') ? resolve(dirname(path), from) : from;
    if (node.exportClause === undefined)
      for (const [name, origin] of exportsOf(file)) found.set(name, origin);
    else if (ts.isNamedExports(node.exportClause))
      for (const { propertyName, name } of node.exportClause.elements)
        found.set(textOf(name), { file, exported: textOf(propertyName ?? name) });
  }
  return found;
}

/** The names that `export const`, `export function` or `export class` gives. @param {any} node @returns {string[]} */
function declaredNames(node) {
  if (!(ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export)) return [];
  const declared = ts.isVariableStatement(node) ? node.declarationList.declarations : [node];
  return declared.map(({ name }) => textOf(name));
}
