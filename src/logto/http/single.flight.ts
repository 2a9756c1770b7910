/** Callers that ask for the same thing at the same time share one answer. Holds nothing once it has come. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Promise<T>>();

  run(key: string, start: () => Promise<T>): Promise<T> {
    const joined = this.flights.get(key);
    if (joined !== undefined) return joined;
    const flight = start().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }

  /** Waits for the answer under way, if there is one. */
  join(key: string): Promise<T> | undefined {
    return this.flights.get(key);
  }
}
