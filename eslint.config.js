import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// Which packages a package may import; imports go one way (docs/architecture.md).
const layers = {
  base: [],
  topology: ['base'],
  process: ['base'],
  entropy: ['base', 'topology'],
  plan: ['base'],
  tables: ['base', 'topology'],
  store: ['base'],
  models: ['base', 'topology', 'process', 'plan'],
  training: ['base', 'process', 'models'],
  datasets: ['base', 'process', 'plan', 'tables'],
  tasks: ['base', 'topology', 'process', 'entropy', 'plan', 'tables', 'store', 'models', 'datasets'],
  engine: ['base', 'process', 'plan', 'store', 'tasks'],
  query: ['base', 'process', 'entropy', 'plots', 'plan', 'tables', 'store', 'tasks'],
  ablation: ['base', 'entropy', 'plan', 'tables', 'store', 'models', 'datasets', 'tasks', 'engine', 'query'],
  plots: ['base', 'entropy'],
  reproduction: [
    'base',
    'topology',
    'process',
    'entropy',
    'plan',
    'tables',
    'store',
    'models',
    'training',
    'datasets',
    'tasks',
    'engine',
    'query',
    'ablation',
    'plots',
  ],
  workflows: ['base', 'plan', 'store', 'tasks', 'engine'],
};
const pure = ['base', 'topology', 'entropy', 'plan'];

const noDeepImport = {
  regex: '^@unitscope/[^/]+/.+',
  message: 'Import a package through its public face.',
};

function layerRules([name, allowed]) {
  const forbidden = Object.keys(layers).filter((other) => other !== name && !allowed.includes(other));
  const patterns = [noDeepImport];
  if (forbidden.length > 0) {
    patterns.push({
      regex: `^@unitscope/(${forbidden.join('|')})$`,
      message: `packages/${name} may import ${allowed.join(', ') || 'no other package'} only.`,
    });
  }
  if (pure.includes(name)) {
    patterns.push({
      regex: '^node:',
      message: `packages/${name} is pure: it runs in a workflow sandbox and a browser.`,
    });
  }
  return {
    files: [name === 'workflows' ? 'workflows/src/**/*.ts' : `packages/${name}/src/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/dist-types/**',
      '.nx/**',
      '.cache/**',
      '.unitscope/**',
      'packages/topology/assembly/**',
      '**/*.generated.*',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.ts', 'test/*.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      // Imports say .js, as Node wants them; the file beside is .ts.
      'import-x/resolver-next': [createNodeResolver({ extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  {
    // Index arithmetic in hot loops is checked by the tests against the reference, not by `undefined` tests.
    files: [
      'packages/base/src/**/*.ts',
      'packages/topology/src/**/*.ts',
      'packages/entropy/src/**/*.ts',
      '**/test/**/*.ts',
      '**/bench/**/*.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Types are checked by `tsc -p tsconfig.scripts.json`: what it finds anyway is off.
    files: ['**/*.mjs', '*.js'],
    extends: [tseslint.configs.recommended, tseslint.configs.stylistic],
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  ...Object.entries(layers).map(layerRules),
  {
    // What does one thing has room in so many lines.
    files: [
      '{packages,apps}/*/{src,bench}/**/*.{ts,tsx,mjs}',
      'workflows/{src,bench}/**/*.{ts,mjs}',
      'infra/**/*.mjs',
      'test/bench/**/*.mjs',
    ],
    rules: { 'max-lines': ['error', 350], 'max-lines-per-function': ['error', 60] },
  },
  {
    // Names and messages come from files of others: what a terminal would obey in them is shown, in one place.
    files: ['apps/cli/src/**/*.ts'],
    ignores: ['apps/cli/src/terminal/output.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.property.name=/^(stdout|stderr)$/][property.name='write']",
          message: 'Write by print, printJson, printDocument, printWhole or tell of terminal/output.ts.',
        },
      ],
    },
  },
  {
    // The page runs in a browser: pure packages and charts; of its server it knows what the answers look like.
    files: ['apps/dashboard/src/page/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            noDeepImport,
            {
              regex: '^(node:|@unitscope/(?!base$|topology$|entropy$|plots$|dashboard$))',
              message: 'The page may import base, topology, entropy and plots, and types of the dashboard.',
            },
            {
              regex: '^@unitscope/dashboard$',
              allowTypeImports: true,
              message: 'The page may import types of its server only.',
            },
          ],
        },
      ],
    },
  },
  {
    // What runs in Temporal's sandbox is replayed: nothing with I/O, a clock or a state of its own.
    files: [
      'workflows/src/workflows/**/*.ts',
      'workflows/src/messages/messages.ts',
      'workflows/src/messages/payload-schemas.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex:
                '^(?!@temporalio/(workflow|common)$|@unitscope/plan$|zod$|\\./|\\.\\./messages/(messages|payload-schemas)\\.js$|\\.\\./activities/sweep-activities\\.js$)',
              message:
                'Workflow code may import @temporalio/workflow, @unitscope/plan, zod, the messages and the types of activities only.',
            },
          ],
        },
      ],
    },
  },
);
