const { availableParallelism } = require('node:os');

/** Packages that ship ES modules only: jest's module system is CommonJS, so they are transformed like our own files. */
const esmOnly = ['micromark', 'micromark-[a-z-]+', 'decode-named-character-reference', 'character-entities', 'jose'];

module.exports = {
  rootDir: '..',
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/local', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(t|j|mj)sx?$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`, '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.local', '<rootDir>/test/bench/node_modules'],
  testTimeout: 60_000,
  /** Of tests that run beside each other: end to end they mostly wait, as evaluations of one pull request begin three seconds apart. */
  maxConcurrency: 12,
  maxWorkers: Math.max(1, Math.min(2, availableParallelism())),
};
