import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { z } from 'zod';
import { AppModule } from '../../../src/app.module.js';
import { createApp } from '../../../src/app.js';
import { startServer } from '../../../src/edge/index.js';
import { Tool } from '../../../src/mcp/index.js';

const Input = z.object({
  text: z.string().describe('What to repeat'),
  times: z.number().int().min(1).max(9).default(1).describe('How often'),
});

/** A provider with one more tool. */
function extraTool(index: number): Type {
  class ExtraTool {
    repeat({ text, times }: z.output<typeof Input>): string {
      return text.repeat(times);
    }
  }
  const description = `Repeats a text, as tool ${index} of the benchmark.`;
  const descriptor = Object.getOwnPropertyDescriptor(ExtraTool.prototype, 'repeat');
  if (descriptor === undefined) throw new Error('The class above has the method');
  Tool({ name: `extra_${index}`, description, inputSchema: Input })(
    ExtraTool.prototype,
    'repeat',
    descriptor,
  );
  return ExtraTool;
}

@Module({})
class Wrapper {}

const extra = Number(process.env['BENCH_TOOLS'] ?? 1) - 1;
const providers = Array.from({ length: extra }, (_, index) => extraTool(index));

// The server as it is, with as many more tools as the benchmark asks for.
await startServer((config) =>
  createApp(config, { module: Wrapper, imports: [AppModule.forRoot(config)], providers }),
);
