import { z } from 'zod';

const schema = z.object({
  page: z.coerce.number().int().min(1).optional(),
  page_size: z.coerce.number().int().min(1).max(100).default(20),
});

/** Cuts out the page that a request names; all of it when it names none, as Logto does where pages are optional. */
export function parsePage(query: unknown): <T>(items: readonly T[]) => readonly T[] {
  const { page, page_size: size } = schema.parse(query);
  return (items) => (page === undefined ? items : items.slice((page - 1) * size, page * size));
}
