import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import { z } from 'zod';
import type { ResourceRecord, ScopeRecord } from '../directory/resource.record.js';
import type { TenantDirectory } from '../directory/tenant.directory.js';
import { ManagementError, notFound, parseBody, tooMany } from './management.error.js';
import { sendPage } from './list.page.js';

const MAX_RESOURCES = 1000;
const MAX_SCOPES = 1000;

const resourceToCreate = z.object({
  name: z.string().min(1),
  indicator: z.string().min(1),
  accessTokenTtl: z.number().int().default(3600),
});
const scopeToCreate = z.object({ name: z.string().min(1).max(256), description: z.string().nullish() });

export const newId = (): string => randomBytes(16).toString('hex').slice(0, 21);

/** API resources and their permissions. */
export function resourceRoutes(router: Router, directory: TenantDirectory): void {
  const { resources } = directory;
  router.delete('/resources/:id', (req, res) => {
    resources.delete(changeableOf(directory, resourceOf(directory, req.params.id)).indicator);
    res.status(204).end();
  });
  router.get('/resources', (req, res) => {
    const { includeScopes } = req.query;
    const withScopes = typeof includeScopes === 'string' && /^(?:1|true|y|yes|yeah)$/.test(includeScopes);
    sendPage(
      req,
      res,
      [...resources.values()].map((resource) => resourceView(resource, withScopes)),
    );
  });
  router.post('/resources', (req, res) => {
    const body = parseBody(resourceToCreate, req.body);
    if (resources.has(body.indicator)) {
      const message = `The API identifier ${body.indicator} is already in use`;
      throw new ManagementError(422, 'resource.resource_identifier_in_use', message);
    }
    if (resources.size >= MAX_RESOURCES) throw tooMany();
    const resource = { ...body, id: newId(), scopes: [] };
    resources.set(resource.indicator, resource);
    res.status(201).json(resourceView(resource, true));
  });
  scopeRoutes(router, directory);
}

function scopeRoutes(router: Router, directory: TenantDirectory): void {
  const { resources } = directory;
  router.get('/resources/:id/scopes', (req, res) => {
    const resource = resourceOf(directory, req.params.id);
    sendPage(
      req,
      res,
      resource.scopes.map((scope) => scopeView(scope, resource)),
    );
  });
  router.post('/resources/:id/scopes', (req, res) => {
    const { name, description } = parseBody(scopeToCreate, req.body);
    const resource = changeableOf(directory, resourceOf(directory, req.params.id));
    if (/\s/.test(name)) {
      throw new ManagementError(400, 'scope.name_with_space', 'The scope name can not contain any spaces.');
    }
    if (resource.scopes.some((scope) => scope.name === name)) {
      throw new ManagementError(422, 'scope.name_exists', `The scope name ${name} is already in use`);
    }
    if (resource.scopes.length >= MAX_SCOPES) throw tooMany();
    const scope = { id: newId(), name, description: description ?? '' };
    resources.set(resource.indicator, { ...resource, scopes: [...resource.scopes, scope] });
    res.status(201).json(scopeView(scope, resource));
  });
  router.delete('/resources/:id/scopes/:scopeId', (req, res) => {
    const resource = changeableOf(directory, resourceOf(directory, req.params.id));
    const scopes = resource.scopes.filter(({ id }) => id !== req.params.scopeId);
    if (scopes.length === resource.scopes.length) throw notFound('scope', req.params.scopeId);
    resources.set(resource.indicator, { ...resource, scopes });
    res.status(204).end();
  });
}

function resourceOf({ resources }: TenantDirectory, id: string): ResourceRecord {
  const resource = [...resources.values()].find((one) => one.id === id);
  if (resource) return resource;
  throw notFound('resource', id);
}

function changeableOf({ managementResource }: TenantDirectory, resource: ResourceRecord): ResourceRecord {
  if (resource.indicator !== managementResource) return resource;
  const message = 'Cannot modify the Management API.';
  throw new ManagementError(400, 'resource.cannot_modify_management_api', message);
}

const resourceView = ({ scopes, ...resource }: ResourceRecord, withScopes: boolean) => ({
  tenantId: 'default',
  ...resource,
  isDefault: false,
  ...(withScopes && { scopes: scopes.map((scope) => scopeView(scope, { ...resource, scopes })) }),
});

export const scopeView = (scope: ScopeRecord, resource: ResourceRecord) => ({
  tenantId: 'default',
  ...scope,
  resourceId: resource.id,
});
