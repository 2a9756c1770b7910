const MCP_PATH = /^\/(?:mcp|sse|messages)(?:[/?]|$)/;

/** Whether a request goes to an endpoint of MCP, whose routes do not begin below any other path. */
export const isMcpPath = (url: string): boolean => MCP_PATH.test(url);
