import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Nest reads constructor types at run time, so the transform must keep them.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globals: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
