import type { Entries } from '../entry.js';

/** 服务器自身的应答：质询与元数据。 */
export const front = {
  server_unreachable: [
    '{url} 没有应答（{reason}）。',
    '任何客户端都无法连接。',
    '启动服务器；检查 DNS、证书和反向代理。PUBLIC_URL 必须是客户端使用的地址。',
  ],
  endpoint_missing: [
    '{url} 返回 {status}：此路径没有 MCP 端点。',
    '客户端只连接这个 URL，不会去别处寻找。',
    '让反向代理原样转发路径，不要添加或去掉前缀。',
  ],
  endpoint_redirects: [
    '{url} 返回 {status}，把客户端重定向到 {location}。',
    '客户端不会向别处重发 POST，而且 URL 必须与资源逐字节一致。',
    '把最终 URL 告诉客户端，并关闭反向代理对它的斜杠或 https 重定向。',
  ],
  endpoint_open: [
    '{url} 在没有令牌时返回 {status}。',
    '任何人都能调用，客户端也不会开始登录。',
    '不要让反向代理代替服务器应答；恢复路由前的 Bearer 守卫。',
  ],
  host_refused: [
    '{url} 返回 421：服务器不认识主机名 {host}。',
    '用这个名字发来的请求全部被拒绝。',
    '把 PUBLIC_URL 设为客户端使用的源，或把该主机名加入 ALLOWED_HOSTS。',
  ],
  endpoint_status: [
    '{url} 返回 {status}，而没有令牌的客户端期待 401。',
    '只有 401 才会让客户端引导用户登录。',
    '查看服务器日志，或代替它应答的反向代理的日志。',
  ],
  challenge_missing: [
    '{url} 的 401 没有 Bearer 质询。',
    '依赖质询的客户端不会开始登录；浏览器可能弹出密码框。',
    '让反向代理转发 WWW-Authenticate，且不要自己要求密码。',
  ],
  challenge_without_metadata: [
    '{url} 的质询没有给出 resource_metadata。',
    '客户端只能猜测元数据的位置；2025-06-18 版的客户端没有别的途径。',
    '让反向代理原样转发该响应头。此参数是元数据的绝对 URL。',
  ],
  challenge_relative: [
    '{url} 的 resource_metadata 是 "{found}"，不是绝对 URL。',
    '对客户端来说它不是 URL：官方 SDK 忽略它并猜测位置，claude.ai 则放弃。',
    '写出包含 https 和主机名的完整 URL（RFC 9728 第 5.1 节）。',
  ],
  challenge_elsewhere: [
    '{url} 的 resource_metadata 是 {found}，不在 {expected}。',
    '外部客户端访问不到该地址，或拒绝不同的源。',
    '把 PUBLIC_URL 设为 {expected}。它从不取自 Host 或 X-Forwarded-* 请求头。',
  ],
  metadata_missing: [
    '{url} 返回 {status}：此处没有元数据。',
    '路径要接在 well-known 之后（RFC 9728 第 3.1 节）。官方 SDK 首先在此查找，VS Code 也是。',
    '把该源的 /.well-known/* 转发给服务器，不受任何全局前缀影响。',
  ],
  metadata_missing_at_root: [
    '{url} 没有元数据。',
    '较旧的客户端只在那里查找。',
    '在根路径也提供主端点的元数据文档。',
  ],
  metadata_guarded: [
    '{url} 返回 {status}：读取元数据竟然需要登录。',
    '客户端正是通过它得知如何登录，此时还没有令牌。所有客户端都会失败。',
    '让 /.well-known/* 不受任何守卫、访问代理和防火墙规则限制。',
  ],
  metadata_status: [
    '{url} 返回 {status}。',
    '客户端遇到服务器错误就会停止。',
    '查看服务器日志，或代替它应答的反向代理的日志。',
  ],
  metadata_not_json: [
    '{url} 返回的内容不是 JSON。',
    '某个网页应用对所有路径都返回页面。所有客户端都会失败。',
    '在网页应用的兜底路由之前，把 /.well-known/* 转发给服务器。',
  ],
  metadata_without_issuer: [
    '{url} 没有给出授权服务器。',
    '客户端不知道去哪里登录。',
    '设置 LOGTO_ENDPOINT。authorization_servers 必须包含 Logto 的 issuer。',
  ],
  metadata_resource_slash: [
    '元数据写的是 {found}，端点是 {expected}：末尾斜杠不同。',
    'Claude Code 和 Grok 按字符串比较；对另一种写法 Logto 返回 invalid_target。',
    '在 PUBLIC_URL、客户端和 Logto 中统一使用不带斜杠的写法。',
  ],
  metadata_resource_scheme: [
    '元数据写的是 {found}，客户端使用 {expected}：http 与 https 不同。',
    '客户端拒绝属于其他源的资源。',
    '把 PUBLIC_URL 设为 https 的源；TLS 在反向代理处终止，名字不变。',
  ],
  metadata_resource_endpoint: [
    '{url} 的元数据写的是 {found}，而客户端连接的是 {expected}。',
    'SDK v1 和 v2 会拒绝："Protected resource does not match"。令牌也会属于另一个端点。',
    '每个端点各有一份文档，并在 Logto 中各有一个 API 资源。',
  ],
  metadata_resource_host: [
    '元数据写的是 {found}，客户端使用 {expected}。',
    '客户端拒绝属于其他源的资源；内网名字外部访问不到。',
    '把 PUBLIC_URL 设为客户端使用的源，然后重启服务器。',
  ],
  metadata_other_issuer: [
    '{url} 给出的 issuer 是 {found}，当前配置是 {expected}。',
    '用户在一处登录，令牌却按另一处检查：所有令牌都被拒绝。',
    '把 LOGTO_ENDPOINT 设为用户登录所用的名字（有自定义域名时就是该域名），然后重启服务器。',
  ],
  metadata_cors: [
    '{url} 没有 Access-Control-Allow-Origin。',
    '浏览器中的客户端（MCP Inspector、网页客户端）读不到它。',
    '让反向代理转发 CORS 响应头；元数据对所有源开放。',
  ],
} satisfies Partial<Entries>;
