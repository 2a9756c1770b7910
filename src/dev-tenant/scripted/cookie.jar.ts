interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** The cookies of one origin, as a browser keeps them (RFC 6265 §5): enough of it for one tenant. */
export class CookieJar {
  private readonly cookies = new Map<string, Cookie>();

  store(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const attribute = (key: string) =>
        attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
      const cookie = { name, value: pair.slice(name.length + 1), path: attribute('path') ?? '/' };
      const expires = attribute('expires');
      const isOver = expires !== undefined && Date.parse(expires) <= Date.now();
      if (isOver) this.cookies.delete(`${name} ${cookie.path}`);
      else this.cookies.set(`${name} ${cookie.path}`, cookie);
    }
  }

  header(url: URL): string {
    return [...this.cookies.values()]
      .filter(
        ({ path }) =>
          url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}
