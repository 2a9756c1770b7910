import { Router, urlencoded } from 'express';
import type Provider from 'oidc-provider';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { ConsentStep } from './consent.step.js';
import { SignInStep } from './sign.in.step.js';
import { STYLESHEET } from './stylesheet.js';

/** The two pages a person sees, under the paths Logto serves them at. Plain forms, no script. */
export function experienceRouter(provider: Provider, directory: TenantDirectory): Router {
  const signIn = new SignInStep(provider, directory);
  const consent = new ConsentStep(provider, directory);
  const router = Router();
  router.use(urlencoded({ extended: false, limit: '8kb' }));
  router.get('/experience.css', (_req, res) => void res.type('css').send(STYLESHEET));
  // Express 5 awaits what a handler returns.
  router.get('/sign-in', (req, res) => signIn.show(req, res));
  router.post('/sign-in', (req, res) => signIn.submit(req, res));
  router.get('/consent', (req, res) => consent.show(req, res));
  router.post('/consent', (req, res) => consent.submit(req, res));
  return router;
}
