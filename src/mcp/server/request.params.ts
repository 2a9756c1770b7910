import { z } from 'zod';

/**
 * What requests carry. The SDK answers params that break its own schemas with -32603, as a fault of ours; against
 * these it answers -32602, as the specification wants.
 */
export const ListParams = z.object({ cursor: z.string().optional() });

export const ReadParams = z.object({ uri: z.string() });

const Arguments = z.record(z.string(), z.string());

export const PromptParams = z.object({ name: z.string(), arguments: Arguments.optional() });

const Reference = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ref/prompt'), name: z.string() }),
  z.object({ type: z.literal('ref/resource'), uri: z.string() }),
]);

/** Whose argument is being completed. */
export type Reference = z.output<typeof Reference>;

export const CompleteParams = z.object({
  ref: Reference,
  argument: z.object({ name: z.string(), value: z.string() }),
  context: z.object({ arguments: Arguments.optional() }).optional(),
});
