import { randomBytes } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import { McpHttpError } from '../mcp.errors.js';

/** Masks a fault of our own: the caller gets a reference, the log gets the rest. */
@Injectable()
export class InternalInterceptor implements NestInterceptor {
  private readonly log = new Logger('McpHttp');

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (error instanceof McpHttpError) return throwError(() => error);
        const ref = randomBytes(6).toString('hex');
        this.log.error({
          event: 'http.failed',
          ref,
          error: error instanceof Error ? error.stack : String(error),
        });
        return throwError(() => new McpHttpError(500, -32603, `Internal error (ref ${ref})`));
      }),
    );
  }
}
