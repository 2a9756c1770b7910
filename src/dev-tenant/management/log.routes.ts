import type { Router } from 'express';
import { z } from 'zod';
import type { ExchangeLog } from '../oidc/exchange.log.js';
import { parsePage } from './page.js';

const filter = z.object({ applicationId: z.string().optional(), logKey: z.string().optional() });

/** The audit log, of token exchanges only. */
export function logRoutes(router: Router, exchanges: ExchangeLog): void {
  router.get('/logs', (req, res) => {
    const { applicationId, logKey } = filter.parse(req.query);
    const page = parsePage(req.query);
    const lines = exchanges.entries(applicationId, logKey).map(({ applicationId: id, ...line }) => ({
      ...line,
      payload: { key: line.key, result: 'Success', applicationId: id },
    }));
    res.json(page(lines));
  });
}
