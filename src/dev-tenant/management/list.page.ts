import type { Request, Response } from 'express';
import { z } from 'zod';
import { invalidInput } from './management.error.js';

const query = z.object({
  page: z.coerce.number().int().min(1).optional(),
  page_size: z.coerce.number().int().min(1).max(100).optional(),
});

/** Answers a list: all of it, or the page that was asked for. Some of Logto's lists only come in pages. */
export function sendPage(req: Request, res: Response, all: readonly unknown[], always = false): void {
  const parsed = query.safeParse(req.query);
  if (!parsed.success) throw invalidInput('query');
  const { page, page_size: size = 20 } = parsed.data;
  if (page === undefined && parsed.data.page_size === undefined && !always) {
    res.json(all);
    return;
  }
  const start = ((page ?? 1) - 1) * size;
  res.setHeader('Total-Number', String(all.length));
  res.json(all.slice(start, start + size));
}
