import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import { McpHttpError } from '../mcp.errors.js';
import { maskFault } from '../server/fault.mask.js';

/** Masks a fault of our own: the caller gets a reference, the log gets the rest. */
@Injectable()
export class InternalInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (error instanceof McpHttpError) return throwError(() => error);
        const { ref } = maskFault('http.failed', error);
        return throwError(() => new McpHttpError(500, -32603, 'Internal error', {}, { data: { ref } }));
      }),
    );
  }
}
