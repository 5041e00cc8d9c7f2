import eslint from '@eslint/js';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** The layers of src/, outermost first. A layer may import itself and the layers to its right (DESIGN, section 2). */
const layers = [
  'functions',
  'cli',
  'console',
  'composition',
  'azure-devops',
  'azure',
  'app',
  'settings',
  'gates',
  'core',
];
const mayImport = {
  functions: ['composition', 'console', 'app', 'settings', 'gates', 'core'],
  cli: ['composition', 'app', 'settings', 'gates', 'core'],
  console: ['composition', 'app', 'settings', 'gates', 'core'],
  'azure-devops': ['app/ports', 'core'],
  azure: ['app/ports', 'settings', 'core'],
  app: ['settings', 'gates', 'core'],
  settings: ['gates', 'core'],
  gates: ['core'],
  core: [],
};

const directions = Object.entries(mayImport).map(([layer, allowed]) => ({
  files: [`src/${layer}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: layers
          .filter((other) => other !== layer && !allowed.includes(other))
          .map((other) => {
            const paths = allowed
              .filter((path) => path.startsWith(`${other}/`))
              .map((path) => path.slice(other.length + 1));
            // A layer of which one file may be imported is closed but for that file.
            const rest = paths.length === 0 ? '(/.*)?' : `(/(?!(${paths.join('|')})$).*)?`;
            return {
              regex: `^(\\.\\./)+${other}${rest}$`,
              message: `src/${layer} may not import src/${other} (src/README.md shows the directions).`,
            };
          })
          .concat(
            layer === 'azure-devops'
              ? []
              : [
                  {
                    group: ['azure-devops-node-api', 'azure-devops-node-api/**'],
                    message: 'Only src/azure-devops talks to Azure DevOps.',
                  },
                ],
            ['core', 'gates', 'settings', 'app'].includes(layer)
              ? [
                  {
                    group: [
                      '@azure/**',
                      'node:fs',
                      'node:fs/**',
                      'node:http',
                      'node:https',
                      'node:net',
                      'node:child_process',
                    ],
                    message: `src/${layer} knows no SDK and does no input or output.`,
                  },
                ]
              : [],
          ),
      },
    ],
  },
}));

const pure = {
  files: ['src/core/**/*.ts', 'src/gates/**/*.ts'],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance'],
    'no-restricted-syntax': [
      'error',
      { selector: 'AwaitExpression', message: 'core and gates are pure: nothing to wait for.' },
      {
        selector: "NewExpression[callee.name='Date'][arguments.length=0]",
        message: 'core and gates have no clock: the time is passed in.',
      },
      {
        selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
        message: 'core and gates have no clock: the time is passed in.',
      },
      {
        selector: "NewExpression[callee.name='RegExp']",
        message: 'Patterns that users write run on re2js (core/pattern.ts).',
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist', 'coverage', '.local', 'node_modules'] },
  eslint.configs.recommended,
  { files: ['**/*.mjs', '**/*.cjs'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/composition*.ts', 'src/composition/**', 'src/cli/**', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only composition and the CLI read the environment.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  ...directions,
  pure,
);
