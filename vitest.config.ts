import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  // Nest reads constructor types at run time, so the transform must keep them.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // They load both cores, and the tests beside them would be measured with them: `npm run attack`.
    exclude: [
      ...configDefaults.exclude,
      ...(process.env['ATTACK_SECONDS'] === undefined ? ['test/attack/**'] : []),
    ],
    globals: false,
    // One for each core of the smallest machine that runs them; by itself vitest leaves one core idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
