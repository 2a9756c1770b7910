import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { LimitExceededError } from '../limit.errors.js';
import { AddressRequests } from './address.requests.js';
import { sendLimitError } from './limit.filter.js';

/** Counts requests that no route has taken, which no guard sees. */
@Injectable()
export class UnmatchedRequests implements OnApplicationBootstrap {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly requests: AddressRequests,
  ) {}

  /** Behind all routes: Nest has registered them by now. */
  onApplicationBootstrap(): void {
    const { httpAdapter } = this.adapterHost;
    if (!(httpAdapter instanceof AbstractHttpAdapter)) return;
    httpAdapter.use((req: Request, res: Response, next: NextFunction) => this.count(req, res, next));
  }

  private async count(req: Request, res: Response, next: NextFunction): Promise<void> {
    try {
      await this.requests.unauthenticated(req, res);
    } catch (error) {
      // Outside Nest's routes, so outside its filters.
      return error instanceof LimitExceededError ? sendLimitError(error, req, res) : next(error);
    }
    next();
  }
}
